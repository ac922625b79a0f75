import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { OrganisationId, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { asShipped } from './departed.ts';
import { shipmentRules } from './rules.ts';
import { shipment } from './state.ts';

/**
 * From one hand to the next before the consignee: both sign. On the way, the batches learn first who answers for the units now; before the departure
 * the shipper still does.
 */
export const handedOver = fact(shipment, 'handed-over', {
  title: { en: 'Handed over', zh: '交接' },
  signatures: { meaning: 'custody-handover', count: 2 },
  corrects: ['place', 'seal', 'occurredAt'],
  schema: z.strictObject({
    from: OrganisationId,
    to: OrganisationId,
    giver: Pseudonym.optional().describe('Staff pseudonym of who handed over'),
    taker: Pseudonym.optional().describe('Staff pseudonym of who took over'),
    place: SiteCode.optional(),
    seal: z.strictObject({ number: SiteCode.optional(), intact: z.boolean() }).optional(),
  }),

  decide: ({ from, to, seal, place }, state, { signers }) => {
    const holder = state.carrier ?? state.shipper;
    const persons = new Set(signers.map(({ person, kid }) => person ?? kid));
    const moves = state.departed !== null && to !== state.consignee;
    return {
      ...record(
        persons.size < 2 && broken(shipmentRules.handoverUnsigned, '//signatures', { from, to }),
        holder !== null &&
          from !== holder &&
          from !== state.shipper &&
          broken(shipmentRules.handedByOther, '/from', { from, holder }),
        seal?.intact === false && broken(shipmentRules.sealBroken, '/seal/intact', { place: place ?? to }),
      ),
      ...(moves && { first: { asked: asShipped(state, state.manifest, state.shipper ?? from, to), onRefusal: 'omit' as const } }),
    };
  },

  evolve: (state, { data }) => {
    if (data.to !== state.consignee) state.carrier = data.to;
    if (state.status === 'packed' || state.status === 'departed') state.status = 'handed-over';
  },
});
