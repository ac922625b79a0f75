import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { OrganisationId, Pseudonym } from '../vocabulary/index.ts';
import { CheckMethod } from './codes.ts';
import { recallRules } from './rules.ts';
import { recall } from './state.ts';

const Count = z.int().min(0).max(1_000_000);

/** Whether what the sites said is so: some of them are looked at. */
export const effectivenessChecked = fact(recall, 'effectiveness-checked', {
  title: { en: 'Effectiveness of the recall checked', zh: '召回有效性检查' },
  corrects: ['method', 'sampled', 'confirmed', 'checkedBy', 'occurredAt'],
  schema: withPersonal({
    site: OrganisationId.optional().describe('All of them where left out'),
    method: CheckMethod,
    sampled: Count.describe('Units, or answers, that were looked at'),
    confirmed: Count.describe('Of these, as they were reported'),
    effective: z.boolean(),
    checkedBy: Pseudonym,
    remarks: personal(z.string().max(4000)),
  }),

  decide: ({ sampled, confirmed, effective }, { status }) =>
    record(
      confirmed > sampled && broken(recallRules.checkedMoreThanSampled, '/confirmed', { confirmed, sampled }),
      !effective && broken(recallRules.notEffective, '/effective', { confirmed, sampled }),
      status === 'closed' && broken(recallRules.closed),
    ),

  evolve: (state, { id, occurredAt, data }) => {
    const { site = null, sampled, confirmed, effective } = data;
    state.checks.push({ event: id, site, at: occurredAt, sampled, confirmed, effective });
  },
});
