import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { SiteCode, Uuid } from '../vocabulary/index.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

/** Said again for the same visit, it moves the window; what was recorded stays. */
export const visitScheduled = fact(treatment, 'visit-scheduled', {
  title: { en: 'Visit scheduled', zh: '访视计划' },
  corrects: ['name', 'from', 'to'],
  schema: z.strictObject({
    visit: Uuid,
    name: SiteCode.describe('As the protocol calls it: M3'),
    from: LocalDate.describe('First day of the window'),
    to: LocalDate.describe('Last day of the window'),
  }),

  decide: ({ name, from, to }, { closed }) =>
    record(
      to < from && broken(treatmentRules.visitReversed, '/to', { name, from, to }),
      closed === 'closed' && broken(treatmentRules.closed),
    ),

  evolve: (state, { data }) => {
    const { visit: id, name, from, to } = data;
    state.visits.set(id, { id, name, from, to, recorded: state.visits.get(id)?.recorded ?? null });
  },
});
