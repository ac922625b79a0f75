import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { Pseudonym, Sha256, SiteCode } from '../vocabulary/index.ts';
import { registryRules } from './registry-rules.ts';
import { StaffTask } from './staff-tasks.ts';
import { staff } from './state.ts';

/**
 * One task, from one day to another. Whoever has never been authorised for anything is not asked about: their organisation keeps this elsewhere.
 */
export const staffAuthorised = fact(staff, 'authorised', {
  title: { en: 'Staff authorised', zh: '人员授权' },
  corrects: ['task', 'sop', 'training', 'from', 'to', 'authoriser', 'occurredAt'],
  schema: z.strictObject({
    task: StaffTask,
    sop: SiteCode.optional().describe(
      'Procedure and version that was trained, as a step’s `capture.sop` names it, e.g. SOP-CUL-01 v4',
    ),
    training: z
      .strictObject({
        record: SiteCode.describe('Number of the training record'),
        completed: LocalDate.optional(),
        trainer: Pseudonym.optional(),
        digest: Sha256.optional(),
      })
      .optional(),
    from: LocalDate.describe('First day'),
    to: LocalDate.optional().describe('Last day; until it is suspended when left out'),
    authoriser: Pseudonym.optional().describe('Who authorises; the reporting person when left out'),
  }),

  decide: ({ from, to, training, authoriser }, state, { actor }) =>
    record(
      (authoriser ?? actor.person) === state.id && broken(registryRules.authorisedSelf, '/authoriser', { person: state.id }),
      training === undefined && broken(registryRules.authorisedUntrained, '/training', { person: state.id }),
      training?.completed !== undefined &&
        training.completed > from &&
        broken(registryRules.trainedLater, '/training/completed', { person: state.id, completed: training.completed, from }),
      to !== undefined && to < from && broken(registryRules.authorisationReversed, '/to', { from, to }),
    ),

  evolve: (state, { id, data }) => {
    state.authorisations.push({
      event: id,
      task: data.task,
      sop: data.sop ?? null,
      from: data.from,
      to: data.to ?? null,
      suspendedFrom: null,
    });
  },
});
