import { z } from 'zod';
import { broken, type Check, type Context, derivedFact, record } from '../kernel/index.ts';
import { shipment } from '../shipment/state.ts';
import { instant } from '../time/index.ts';
import { LIST_LIMIT, OrganisationId, Uuid } from '../vocabulary/index.ts';
import { asOf } from './gate-moment.ts';
import { hospitalRules } from './hospital-rules.ts';
import { batch, dispositionOf, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';
import { restrictionFaults } from './unit-restrictions.ts';

/** The batch says whether its units may be packed, so that two shipments never hold the same bag. Refused as a whole, unit by unit in the reasons. */
export const unitPacked = derivedFact(batch, 'unit-packed', {
  title: { en: 'Units packed', zh: '单元装箱' },
  schema: z.strictObject({
    shipment: Uuid,
    shipper: OrganisationId.describe('Who packs and must have the units on hand'),
    units: z.array(Uuid).min(1).max(LIST_LIMIT),
  }),

  decide: ({ shipment: shipmentId, shipper, units }, state, context) =>
    record(
      units.map((id, n) => {
        const unit = state.units.get(id);
        const at = `/units/${n}`;
        if (!unit) return broken(hospitalRules.unitsUnknown, at, { unit: id });
        const { expiry } = unit;
        return [
          awayFault(unit, shipper, shipmentId, at, context),
          restrictionFaults(hospitalRules.packedRestricted, state, unit, asOf(null, context), at),
          dispositionOf(state, unit)?.kind === 'rejected' && broken(hospitalRules.packedRejected, at, { unit: nameOf(unit) }),
          expiry !== null &&
            context.occurredAt !== null &&
            instant(context.occurredAt) >= instant(expiry) &&
            broken(hospitalRules.packedExpired, at, { unit: nameOf(unit), expiry }),
        ];
      }),
    ),

  evolve: (state, { data }) => {
    for (const id of data.units) {
      const unit = state.units.get(id);
      if (unit) unit.shipment = data.shipment;
    }
  },
});

/**
 * A unit whose custodian was never recorded counts as on hand. One that was left behind when its shipment went, or whose shipment was given up, can
 * be packed again.
 */
function awayFault(unit: Unit, shipper: string, shipmentId: string, at: string, context: Context): Check {
  const why =
    unit.end ||
    (unit.inTransit && 'in transit') ||
    (isPackedElsewhere(unit, shipmentId, context) && `packed in shipment ${unit.shipment}`) ||
    (unit.custodian !== null && unit.custodian !== shipper && `in the custody of ${unit.custodian}`);
  return why && broken(hospitalRules.notOnHand, at, { unit: nameOf(unit), shipper, why });
}

function isPackedElsewhere(unit: Unit, shipmentId: string, context: Context): boolean {
  if (unit.shipment === null || unit.shipment === shipmentId) return false;
  const other = context.state(shipment, unit.shipment);
  return !other || (other.departed === null && other.status !== 'closed');
}
