import { registry as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { type Handler, on } from './on.ts';
import { ONE } from './persons.ts';

export const members = table('members', { org: 'text' });

/** What staff may do, and until when. Keyed by the event that authorised. */
export const authorisations = table('authorisations', {
  task: 'text',
  sop: 'text',
  from_day: 'text',
  to_day: 'text',
  suspended_from: 'text',
});

export const staffHandlers: readonly Handler[] = [
  on(domain.staffEnrolled, ({ data }, rows) => rows.put(members, ONE, { org: data.org })),
  on(domain.staffAuthorised, ({ id, data }, rows) => {
    rows.put(authorisations, id, { task: data.task, sop: data.sop ?? null, from_day: data.from, to_day: data.to ?? null });
  }),
  on(domain.staffSuspended, ({ data }, rows) => {
    for (const [key, { task, suspended_from }] of rows.all(authorisations)) {
      if (suspended_from === null && (data.tasks?.some((each) => each === task) ?? true)) {
        rows.change(authorisations, key, { suspended_from: data.from });
      }
    }
  }),
];
