import { z } from 'zod';
import { batch, unitPacked } from '../batch/index.ts';
import {
  type Answer,
  broken,
  type Check,
  type Context,
  type Decision,
  derive,
  fact,
  record,
  type Violation,
} from '../kernel/index.ts';
import { LocalDate, localDateOf } from '../time/index.ts';
import { OrganisationId, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { ShipperKind } from './codes.ts';
import { isWider, limitsOf, narrowest, shown, TransportLimits } from './limits.ts';
import { byBatch, eachOnce, keyOf, Packed } from './loads.ts';
import { manifestListed } from './manifest-listed.ts';
import { shipmentRules } from './rules.ts';
import { type ShipmentState, shipment } from './state.ts';

const PackedUnits = z.strictObject({
  units: eachOnce(Packed),
  consignee: OrganisationId,
  carrier: OrganisationId.optional(),
  container: z.strictObject({
    id: SiteCode.describe('Number of the shipper, the thing that keeps cold'),
    kind: ShipperKind.optional(),
    qualification: SiteCode.optional().describe('Report by which it is used'),
    qualifiedUntil: LocalDate.optional(),
  }),
  logger: SiteCode.optional().describe('Number of the temperature logger'),
  seal: SiteCode.optional(),
  limits: TransportLimits.optional().describe('Narrower than the products’ where the consignee asks for it'),
  packer: Pseudonym.optional().describe('Staff pseudonym'),
  verifier: Pseudonym.optional().describe('Staff pseudonym'),
});
type PackedUnits = z.output<typeof PackedUnits>;

/**
 * What the sender says it packed. A unit that its batch would not give is a finding and is not listed; for the others each batch is asked first, all
 * its units together, and the manifest lists what was confirmed. Said again before the departure, it adds.
 */
export const packed = fact(shipment, 'packed', {
  title: { en: 'Packed', zh: '装箱' },
  opens: 'either',
  corrects: ['container', 'logger', 'seal', 'packer', 'verifier', 'occurredAt'],
  schema: PackedUnits,

  decide: (data, state, context) => {
    const shipper = state.shipper ?? context.actor.org;
    const checked = checkUnits(data.units, state.id, shipper, context);
    const loads = byBatch(data.units);
    const allowed = limitsOf([...loads.keys()], context);
    const limits = narrowest([allowed, data.limits, state.limits].filter((each) => each != null));
    return {
      ...record(
        (state.departed !== null || state.status === 'closed') && broken(shipmentRules.packedLate),
        state.consignee !== null &&
          state.consignee !== data.consignee &&
          broken(shipmentRules.consigneeChanged, '/consignee', { consignee: state.consignee, other: data.consignee }),
        checked.map(({ faults }) => faults),
        containerFaults(data, context.occurredAt),
        data.logger === undefined && broken(shipmentRules.loggerMissing, '/logger'),
        limits === null && broken(shipmentRules.limitsMissing, '/limits'),
        data.limits &&
          allowed &&
          isWider(data.limits, allowed) &&
          broken(shipmentRules.limitsWider, '/limits', { stated: shown(data.limits), allowed: shown(allowed) }),
      ),
      ...asking(checked, state.id, shipper, limits),
    };
  },

  evolve: (state, { actor, data }) => {
    state.shipper ??= actor.org;
    state.consignee ??= data.consignee;
    state.carrier = data.carrier ?? state.carrier;
    if (state.status === 'none') state.status = 'packed';
    intend(state, data);
  },
});

function intend(state: ShipmentState, { units }: PackedUnits): void {
  const known = new Set(state.intended.map(keyOf));
  for (const each of units) if (!known.has(keyOf(each))) state.intended.push({ batch: each.batch, unit: each.unit });
}

function containerFaults({ container }: PackedUnits, occurredAt: string | null): Check {
  const { id, qualification, qualifiedUntil } = container;
  const isOver = qualifiedUntil !== undefined && occurredAt !== null && localDateOf(occurredAt) > qualifiedUntil;
  return [
    qualification === undefined && broken(shipmentRules.shipperQualificationUnknown, '/container', { container: id }),
    isOver && broken(shipmentRules.shipperUnqualified, '/container/qualifiedUntil', { container: id, until: qualifiedUntil }),
  ];
}

type Checked = Packed & { readonly faults: readonly Violation[] };

/** What each unit's batch would say now. It is asked all the same: something may come in between. */
function checkUnits(units: readonly Packed[], id: string, shipper: string, context: Context): Checked[] {
  const batches = context.states(batch, [...byBatch(units).keys()]);
  return units.map((load, n) => {
    const state = batches.get(load.batch);
    if (!state) return { ...load, faults: [broken(shipmentRules.batchUnknown, `/units/${n}`, { batch: load.batch })] };
    const { violations } = unitPacked.decide({ shipment: id, shipper, units: [load.unit] }, state, context);
    return { ...load, faults: violations.map((violation) => ({ ...violation, pointer: `/data/units/${n}` })) };
  });
}

function asking(checked: readonly Checked[], id: string, shipper: string, limits: TransportLimits | null): Partial<Decision> {
  const asked = [...byBatch(checked.filter(({ faults }) => faults.length === 0))].map(([batchId, units]) =>
    derive(unitPacked, batchId, { shipment: id, shipper, units: units.map(({ unit }) => unit) }),
  );
  const closing = (answers: readonly Answer[]) => [
    derive(manifestListed, id, { ...listed(checked, answers), ...(limits && { limits }) }),
  ];
  return asked.length > 0 ? { first: { asked, onRefusal: 'omit', closing } } : { also: closing([]) };
}

/** A batch that refuses after all refuses as a whole; its reasons point at the units. */
function listed(checked: readonly Checked[], answers: readonly Answer[]) {
  const units: Packed[] = [];
  const refused = checked.flatMap(({ batch, unit, faults }) =>
    faults.length > 0 ? [{ batch, unit, rules: idsOf(faults) }] : [],
  );
  for (const { asked, refusedBy } of answers) {
    const named = (asked.data as { units: readonly string[] }).units;
    named.forEach((unit, n) => {
      const load = { batch: asked.target, unit };
      const reasons = refusedBy.filter(({ pointer }) => pointer === `/data/units/${n}` || !pointer.startsWith('/data/units/'));
      if (refusedBy.length === 0) units.push(load);
      else refused.push({ ...load, rules: idsOf(reasons) });
    });
  }
  return { units, refused };
}

function idsOf(violations: readonly Violation[]): string[] {
  return [...new Set(violations.map(({ rule }) => rule.id))].slice(0, 20);
}
