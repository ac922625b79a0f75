import { z } from 'zod';
import { broken, fact, latest, personal, type Recorded, record, withPersonal } from '../kernel/index.ts';
import { Decimal } from '../quantity/index.ts';
import { endOfStatedInterval } from '../time/index.ts';
import { ConditionFinding, coded, LIST_LIMIT, OrganisationId, Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { asOf } from './gate-moment.ts';
import { hospitalRules } from './hospital-rules.ts';
import { partsOf } from './reconstitution.ts';
import { isBefore } from './scoped.ts';
import { type BatchState, batch, passCustody, type Unit } from './state.ts';
import { unknownUnits } from './unit-lists.ts';
import { nameOf } from './unit-name.ts';
import { restrictionFaults } from './unit-restrictions.ts';

/** What the receiver found. Only `accepted` lets a unit be infused. */
export const UnitCondition = coded({
  accepted: { zh: '合格接收', en: 'accepted' },
  rejected: { zh: '拒收', en: 'rejected' },
  'to-be-assessed': { zh: '待评估', en: 'to be assessed' },
});
export type UnitCondition = z.infer<typeof UnitCondition>;

export const UnitReceipt = z.strictObject({
  unit: Uuid,
  condition: UnitCondition,
  found: z.array(ConditionFinding).max(20).optional().describe('What was seen that speaks against it'),
});

/** Lowest and highest of the transport, as the logger says. */
export const TemperatureSummary = z.strictObject({
  minimum: Decimal.describe('°C'),
  maximum: Decimal.describe('°C'),
  logger: SiteCode.optional(),
});

/**
 * Custody passes to the receiver. Appended by a shipment's receipt or posted by itself; a second one by the same receiver records the
 * assessment that was open.
 */
export const unitReceived = fact(batch, 'unit-received', {
  title: { en: 'Units received', zh: '单元接收' },
  corrects: ['temperature', 'receivedBy', 'occurredAt'],
  schema: withPersonal({
    from: OrganisationId.optional().describe('Who handed over'),
    to: OrganisationId.describe('Who answers for the units from now on'),
    shipment: Uuid.optional(),
    units: z.array(UnitReceipt).min(1).max(LIST_LIMIT),
    temperature: TemperatureSummary.optional(),
    receivedBy: Pseudonym.optional().describe('Staff pseudonym'),
    remarks: personal(z.string().max(2000)),
  }),

  decide: ({ to, shipment, units }, state, context) => {
    const moment = asOf(context.occurredAt, context);
    return record(
      unknownUnits(
        state,
        units.map(({ unit }) => unit),
        '/units',
      ),
      units.map(({ unit: id, condition, found }, n) => {
        const unit = state.units.get(id);
        const at = `/units/${n}`;
        if (!unit) return undefined;
        const name = nameOf(unit);
        const isAgain = unit.receivedBy === to && !unit.inTransit;
        const site = unit.allocation?.site;
        return [
          unit.end !== null &&
            !isBefore(context.occurredAt, unit.endedAt) &&
            broken(hospitalRules.unitEnded, at, { unit: name, end: unit.end }),
          !unit.inTransit && !isAgain && broken(hospitalRules.receivedUnsent, at, { unit: name, to }),
          shipment !== undefined &&
            unit.lastShipment !== null &&
            unit.lastShipment !== shipment &&
            broken(hospitalRules.receivedOtherShipment, at, { unit: name, shipment, travelled: unit.lastShipment }),
          site !== undefined && site !== to && broken(hospitalRules.receivedElsewhere, at, { unit: name, to, site }),
          condition !== 'accepted' && !found?.length && broken(hospitalRules.receivedUnexplained, at, { unit: name, condition }),
          restrictionFaults(hospitalRules.receivedRestricted, state, unit, moment, at),
        ];
      }),
    );
  },

  evolve: (state, event) => {
    for (const { unit: id, condition } of event.data.units) {
      const unit = state.units.get(id);
      if (!unit) continue;
      // What was drawn from it before its receipt was entered lies where it lay.
      const drawn =
        unit.reconstituted && unit.part === undefined ? partsOf(state, unit).filter((part) => isWith(unit, part)) : [];
      for (const each of [unit, ...drawn]) arrive(state, each, event, condition);
    }
  },
});

type Arrival = { readonly to: string; readonly shipment?: string | undefined };

/** The unit is with the receiver, who answers for it from now on. */
export function arrive(state: BatchState, unit: Unit, event: Recorded<Arrival>, condition: UnitCondition): void {
  const { data } = event;
  // What another receiver found says nothing about how it arrived here.
  if (unit.receivedBy !== data.to) unit.condition = undefined;
  passCustody(state, unit, data.to);
  unit.receivedBy = data.to;
  unit.lastShipment = data.shipment ?? unit.shipment ?? unit.lastShipment;
  if (unit.lastShipment !== null) unit.travelled.add(unit.lastShipment);
  unit.shipment = null;
  unit.inTransit = false;
  unit.condition = latest(unit.condition, conditionSeen(event, condition), condition);
  unit.place = latest(unit.place, event, { site: data.to });
  if (unit.place.event === event.id) unit.retrieved = false;
}

function isWith(whole: Unit, { custodian, receivedBy, lastShipment, inTransit }: Unit): boolean {
  return (
    custodian === whole.custodian &&
    receivedBy === whole.receivedBy &&
    lastShipment === whole.lastShipment &&
    inTransit === whole.inTransit
  );
}

/**
 * By when a condition counts. What speaks against a unit is not outdone by an acceptance that may have come before it: of a vague time, the
 * last moment counts.
 */
export function conditionSeen<D>(event: Recorded<D>, condition: UnitCondition): Recorded<D> {
  if (condition === 'accepted') return event;
  return { ...event, occurredAt: endOfStatedInterval(event.occurredAt, event.capture.precision) ?? event.recordedAt };
}
