import { z } from 'zod';
import { RecallClass, RestrictionReason } from '../batch/index.ts';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { SiteCode, Stream } from '../vocabulary/index.ts';
import { RecallOrigin, RecallTrigger } from './codes.ts';
import { FrozenList, foreignBatches, foreignLots, freeze } from './frozen-list.ts';
import { recallRules } from './rules.ts';
import { recall } from './state.ts';

/** A real one is followed by `batch.recalled` in every batch on the list and `material.recalled` in every lot with a record, appended by a policy; an exercise by nothing. */
export const initiated = fact(recall, 'initiated', {
  title: { en: 'Recall initiated', zh: '启动召回' },
  opens: true,
  schema: withPersonal({
    mock: z.boolean().describe('An exercise: it never touches stock'),
    class: RecallClass,
    reason: RestrictionReason,
    trigger: z.strictObject({ kind: RecallTrigger, stream: Stream.optional().describe('The record that tells of it') }),
    notice: SiteCode.optional().describe('Number of the recall'),
    origin: z
      .strictObject({
        kind: RecallOrigin,
        id: SiteCode.describe('Pseudonym, id or lot number'),
        supplier: SiteCode.optional().describe('Of the lot'),
      })
      .describe('What the list was traced from'),
    position: z
      .string()
      .regex(/^\d{1,20}(?:-\d{1,20})?$/, { error: 'a log position is expected' })
      .describe('Log position of the trace that answered'),
    knownAt: Moment.optional().describe('When it came to be known: the clock starts here; at occurredAt where left out'),
    ...FrozenList,
    explanation: personal(z.string().max(4000)),
  }),

  decide: (list, _state, context) =>
    record(
      list.batches.length + list.units.length + (list.lots ?? []).length === 0 && broken(recallRules.listEmpty, '/units'),
      foreignBatches(list, context),
      foreignLots(list, context),
    ),

  evolve: (state, { actor, occurredAt, recordedAt, data }) => {
    state.status = 'open';
    state.owner = actor.org;
    state.mock = data.mock;
    state.class = data.class;
    state.reason = data.reason;
    state.knownAt = data.knownAt ?? occurredAt ?? recordedAt;
    state.frozenAt = recordedAt;
    freeze(state, data);
  },
});
