import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { compareDecimal, Decimal } from '../quantity/index.ts';
import { ConditionFinding, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { ReceiptOutcome } from './codes.ts';
import { donationRules } from './rules.ts';
import { donation } from './state.ts';

export const received = fact(donation, 'received', {
  title: { en: 'Donation received by the laboratory', zh: '捐献物接收' },
  corrects: ['seal', 'temperature', 'transitHours', 'reasons', 'occurredAt'],
  schema: withPersonal({
    outcome: ReceiptOutcome,
    reasons: z.array(ConditionFinding).max(20).optional().describe('What was seen that speaks against it'),
    seal: z.strictObject({ number: SiteCode.optional(), intact: z.boolean() }).optional(),
    temperature: z
      .strictObject({ minimum: Decimal, maximum: Decimal, logger: SiteCode.optional() })
      .optional()
      .describe('Lowest and highest of the transport, °C'),
    transitHours: Decimal.optional().describe('From the end of the collection to the receipt, hours'),
    checkedBy: z.array(Pseudonym).max(4).optional().describe('Staff pseudonyms of who checked the identity'),
    remarks: personal(z.string().max(2000)),
  }),

  decide: ({ outcome, reasons, seal, temperature, checkedBy }, state) =>
    record(
      !state.collected && broken(donationRules.collectionMissing),
      new Set(checkedBy).size < 2 && broken(donationRules.identityNotByTwo, '/checkedBy'),
      seal?.intact === false && outcome === 'accepted' && broken(donationRules.acceptedUnsealed, '/seal/intact'),
      outcome !== 'accepted' && !reasons?.length && broken(donationRules.reasonsMissing, '/reasons', { outcome }),
      temperature !== undefined &&
        compareDecimal(temperature.minimum, temperature.maximum) > 0 &&
        broken(donationRules.temperatureOrder, '/temperature', { minimum: temperature.minimum, maximum: temperature.maximum }),
    ),

  evolve: (state, { id, actor, data }) => {
    const { org } = actor;
    state.receipts.set(org, data.outcome);
    const against = state.received !== null && state.received.by !== org && state.received.outcome !== 'accepted';
    if (data.outcome !== 'accepted' || !against) state.received = { event: id, by: org, outcome: data.outcome };
  },
});
