import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { OrganisationId, SiteCode } from '../vocabulary/index.ts';
import { endedFault } from './checks.ts';
import { sampleRules } from './rules.ts';
import { sample } from './state.ts';

/** The sample leaves for a laboratory, which may see and report on it from here on. */
export const dispatched = fact(sample, 'dispatched', {
  title: { en: 'Sample dispatched', zh: '样品发出' },
  corrects: ['carrier', 'container', 'waybill', 'condition', 'occurredAt'],
  schema: z.strictObject({
    to: OrganisationId.describe('Testing laboratory'),
    carrier: OrganisationId.optional(),
    container: SiteCode.optional(),
    waybill: SiteCode.optional(),
    condition: SiteCode.optional().describe('How it travels: ambient, 2–8 °C, dry ice'),
  }),

  decide: (_data, state) =>
    record(
      endedFault(state, sampleRules.ended),
      state.rejected !== null && broken(sampleRules.wasRejected, '', { laboratory: state.rejected.by }),
    ),

  evolve: (state, { id, data }) => {
    state.dispatched = { event: id, to: data.to };
    state.laboratory = data.to;
    state.laboratories.add(data.to);
  },
});
