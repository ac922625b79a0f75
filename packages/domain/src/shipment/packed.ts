import { z } from 'zod';
import { unitPacked } from '../batch/index.ts';
import { type Answer, broken, type Check, derive, fact, record } from '../kernel/index.ts';
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
 * What the sender says it packed. Each batch is asked first, all its units together; the manifest lists what they confirmed. Said again before the
 * departure, it adds: the units of a batch that refused are packed once the refused one is taken out.
 */
export const packed = fact(shipment, 'packed', {
  title: { en: 'Packed', zh: '装箱' },
  opens: 'either',
  corrects: ['container', 'logger', 'seal', 'packer', 'verifier', 'occurredAt'],
  schema: PackedUnits,

  decide: (data, state, context) => {
    const loads = byBatch(data.units);
    const allowed = limitsOf([...loads.keys()], context);
    const limits = narrowest([allowed, data.limits, state.limits].filter((each) => each != null));
    const shipper = state.shipper ?? context.actor.org;
    return {
      ...record(
        (state.departed !== null || state.status === 'closed') && broken(shipmentRules.packedLate),
        state.consignee !== null &&
          state.consignee !== data.consignee &&
          broken(shipmentRules.consigneeChanged, '/consignee', { consignee: state.consignee, other: data.consignee }),
        containerFaults(data, context.occurredAt),
        data.logger === undefined && broken(shipmentRules.loggerMissing, '/logger'),
        limits === null && broken(shipmentRules.limitsMissing, '/limits'),
        data.limits &&
          allowed &&
          isWider(data.limits, allowed) &&
          broken(shipmentRules.limitsWider, '/limits', { stated: shown(data.limits), allowed: shown(allowed) }),
      ),
      first: {
        asked: [...loads].map(([batch, units]) =>
          derive(unitPacked, batch, { shipment: state.id, shipper, units: units.map(({ unit }) => unit) }),
        ),
        onRefusal: 'omit',
        closing: (answers) => [derive(manifestListed, state.id, { ...listed(answers), ...(limits && { limits }) })],
      },
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

/** A batch refuses as a whole; its reasons point at the units. */
function listed(answers: readonly Answer[]) {
  const units: Packed[] = [];
  const refused: (Packed & { rules: string[] })[] = [];
  for (const { asked, refusedBy } of answers) {
    const named = (asked.data as { units: readonly string[] }).units;
    named.forEach((unit, n) => {
      const load = { batch: asked.target, unit };
      const reasons = refusedBy.filter(({ pointer }) => pointer === `/data/units/${n}` || !pointer.startsWith('/data/units/'));
      if (refusedBy.length === 0) units.push(load);
      else refused.push({ ...load, rules: [...new Set(reasons.map(({ rule }) => rule.id))].slice(0, 20) });
    });
  }
  return { units, refused };
}
