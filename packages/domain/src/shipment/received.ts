import { z } from 'zod';
import { TemperatureSummary, UnitCondition, unitReceived } from '../batch/index.ts';
import { broken, derive, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { ConditionFinding, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { byBatch, eachOnce, Packed, without } from './loads.ts';
import { shipmentRules } from './rules.ts';
import { openExcursions, type ShipmentState, shipment } from './state.ts';

const Arrived = Packed.extend({
  condition: UnitCondition.optional().describe('That of the shipment where left out'),
  found: z.array(ConditionFinding).max(20).optional(),
});

const Received = withPersonal({
  condition: UnitCondition.describe('Of every unit that does not say another one'),
  found: z.array(ConditionFinding).max(20).optional().describe('What was seen that speaks against the shipment'),
  units: eachOnce(Arrived).optional().describe('What arrived, where it is not simply the manifest'),
  seal: z.strictObject({ number: SiteCode.optional(), intact: z.boolean() }).optional(),
  temperature: TemperatureSummary.optional(),
  receivedBy: Pseudonym.optional().describe('Staff pseudonym'),
  checkedBy: Pseudonym.optional().describe('Staff pseudonym of the second person'),
  remarks: personal(z.string().max(2000)),
});
type Received = z.output<typeof Received>;

/** The reporting organisation answers for the units from now on; each batch records it first (`batch.unit-received`). */
export const received = fact(shipment, 'received', {
  title: { en: 'Shipment received', zh: '运单接收' },
  corrects: ['seal', 'temperature', 'receivedBy', 'checkedBy', 'occurredAt'],
  schema: Received,

  decide: (data, state, { actor }) => {
    const arrived = data.units ?? state.manifest;
    const conditions = data.units?.map(({ condition }) => condition ?? data.condition) ?? [data.condition];
    const hasOpen = openExcursions(state).some(({ beyondLimit }) => beyondLimit);
    return {
      ...record(
        state.departed === null && broken(shipmentRules.receivedUndeparted),
        state.receivedBy !== null && broken(shipmentRules.receivedTwice),
        state.consignee !== null &&
          state.consignee !== actor.org &&
          broken(shipmentRules.receivedByOther, '//actor', { consignee: state.consignee, org: actor.org }),
        data.seal?.intact === false && broken(shipmentRules.sealBroken, '/seal/intact', { place: actor.org }),
        without(state.manifest, arrived).map((each) => broken(shipmentRules.unitMissing, '/units', each)),
        without(arrived, state.manifest).map(({ batch, unit }) =>
          broken(shipmentRules.unitUnexpected, '/units', { batch, unit }),
        ),
        hasOpen && conditions.includes('accepted') && broken(shipmentRules.acceptedWithExcursion, '/condition'),
      ),
      first: { asked: asReceived(data, state, actor.org), onRefusal: 'omit' },
    };
  },

  evolve: (state, { id }) => {
    state.receivedBy ??= id;
    if (state.status !== 'closed') state.status = 'received';
  },
});

function asReceived({ condition, found, units, temperature, receivedBy }: Received, state: ShipmentState, to: string) {
  const from = state.carrier ?? state.shipper;
  const arrived: readonly z.output<typeof Arrived>[] = units ?? state.manifest;
  return [...byBatch(arrived)].map(([batch, load]) =>
    derive(unitReceived, batch, {
      ...(from !== null && { from }),
      to,
      shipment: state.id,
      units: load.map((each) => {
        const seen = each.found ?? found;
        return { unit: each.unit, condition: each.condition ?? condition, ...(seen && { found: seen }) };
      }),
      ...(temperature && { temperature }),
      ...(receivedBy && { receivedBy }),
    }),
  );
}
