import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { ConditionFinding, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { endedFault, Temperature, temperatureFault } from './checks.ts';
import { sampleRules } from './rules.ts';
import { sample } from './state.ts';

/** The testing laboratory takes the sample in. What it does not take in is `rejected`. */
export const received = fact(sample, 'received', {
  title: { en: 'Sample received by the laboratory', zh: '样品接收' },
  corrects: ['number', 'quantity', 'findings', 'temperature', 'checkedBy', 'occurredAt'],
  schema: z.strictObject({
    number: SiteCode.optional().describe('Number that the laboratory gave it'),
    quantity: MaterialQuantity.optional(),
    findings: z.array(ConditionFinding).max(20).optional().describe('What was seen that speaks against it'),
    temperature: Temperature.optional().describe('Lowest and highest of the transport, °C'),
    checkedBy: z.array(Pseudonym).max(4).optional().describe('Staff pseudonyms of who checked the identity'),
  }),

  decide: ({ temperature }, state, { actor }) =>
    record(
      endedFault(state, sampleRules.ended),
      state.laboratory !== null &&
        state.laboratory !== actor.org &&
        broken(sampleRules.receivedElsewhere, '', { laboratory: state.laboratory, org: actor.org }),
      state.dispatched === null && state.owner !== actor.org && broken(sampleRules.notDispatched),
      temperatureFault(temperature),
    ),

  evolve: (state, { id, actor }) => {
    state.received = { event: id, by: actor.org };
    state.laboratories.add(actor.org);
  },
});
