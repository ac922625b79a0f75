import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { LIST_LIMIT, OrganisationId, Uuid } from '../vocabulary/index.ts';
import { asOf } from './gate-moment.ts';
import { hospitalRules } from './hospital-rules.ts';
import { isBefore } from './scoped.ts';
import { batch, passCustody } from './state.ts';
import { unknownUnits } from './unit-lists.ts';
import { nameOf } from './unit-name.ts';
import { restrictionFaults } from './unit-restrictions.ts';

/** What left. Appended by the departure of a shipment; a fact, because what has left has left. */
export const unitShipped = fact(batch, 'unit-shipped', {
  title: { en: 'Units shipped', zh: '单元发运' },
  schema: z.strictObject({
    shipment: Uuid,
    from: OrganisationId,
    to: OrganisationId.describe('Consignee'),
    custodian: OrganisationId.describe(
      'Who answers for the units from now on: the carrier, or the shipper where it drives itself',
    ),
    units: z.array(Uuid).min(1).max(LIST_LIMIT),
  }),

  decide: ({ shipment, units }, state, context) => {
    const moment = asOf(context.occurredAt, context);
    return record(
      unknownUnits(state, units, '/units'),
      units.map((id, n) => {
        const unit = state.units.get(id);
        const at = `/units/${n}`;
        if (!unit) return undefined;
        const isGone = unit.lastShipment === shipment;
        return [
          unit.end !== null &&
            !isBefore(context.occurredAt, unit.endedAt) &&
            broken(hospitalRules.unitEnded, at, { unit: nameOf(unit), end: unit.end }),
          unit.shipment !== shipment && !isGone && broken(hospitalRules.shippedUnpacked, at, { unit: nameOf(unit), shipment }),
          restrictionFaults(hospitalRules.shippedRestricted, state, unit, moment, at),
        ];
      }),
    );
  },

  evolve: (state, { data }) => {
    for (const id of data.units) {
      const unit = state.units.get(id);
      if (!unit) continue;
      unit.travelled.add(data.shipment);
      if (unit.end !== null) continue;
      // Entered after the receipt: the unit has arrived.
      if (unit.lastShipment === data.shipment && !unit.inTransit) continue;
      unit.shipment = data.shipment;
      unit.lastShipment = data.shipment;
      unit.inTransit = true;
      // How it arrived at the last place says nothing about how it will arrive at the next. What was found against it stands until somebody there has looked.
      if (unit.condition?.value === 'accepted') unit.condition = undefined;
      passCustody(state, unit, data.custodian);
    }
  },
});
