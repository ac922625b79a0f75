import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate, localDateOf } from '../time/index.ts';
import { Pseudonym, Sha256, Uuid } from '../vocabulary/index.ts';
import { spanningRules } from './rules.ts';
import { spanning } from './state.ts';

/** A corrective or preventive action (CAPA); said again, its date moves. */
export const actionPlanned = fact(spanning, 'action-planned', {
  title: { en: 'Corrective or preventive action planned', zh: '计划纠正预防措施' },
  corrects: ['due', 'responsible'],
  schema: withPersonal({
    action: Uuid,
    kind: z.enum(['correction', 'corrective', 'preventive']),
    due: LocalDate,
    responsible: Pseudonym,
    description: personal(z.string().max(4000)),
  }),
  evolve: (state, { data }) => {
    const { action, kind, due } = data;
    state.actions.set(action, { kind, due, done: state.actions.get(action)?.done ?? null });
  },
});

export const actionDone = fact(spanning, 'action-done', {
  title: { en: 'Corrective or preventive action done', zh: '完成纠正预防措施' },
  corrects: ['evidence', 'by', 'occurredAt'],
  schema: withPersonal({
    action: Uuid,
    by: Pseudonym,
    effective: z.boolean().optional().describe('Where its effect was looked at'),
    evidence: Sha256.optional(),
    remarks: personal(z.string().max(4000)),
  }),
  decide: ({ action }, state, { occurredAt, now }) => {
    const planned = state.actions.get(action);
    const isLate = planned !== undefined && localDateOf(occurredAt ?? now) > planned.due;
    return record(
      !planned && broken(spanningRules.actionUnknown, '/action', { action }),
      isLate && broken(spanningRules.actionLate, '//occurredAt', { action, due: planned.due }),
    );
  },
  evolve: (state, { id, data }) => {
    const planned = state.actions.get(data.action);
    if (planned) planned.done = id;
  },
});
