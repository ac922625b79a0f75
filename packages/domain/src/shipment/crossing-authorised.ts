import { z } from 'zod';
import { authorisation, broken, type Check, type Context, record } from '../kernel/index.ts';
import { LocalDate, localDateOf } from '../time/index.ts';
import { Pseudonym, Sha256, SiteCode } from '../vocabulary/index.ts';
import { CrossingKind, PermitKind } from './codes.ts';
import { crossingOf } from './crossing.ts';
import { shipmentRules } from './rules.ts';
import { type ShipmentState, shipment } from './state.ts';

export const CROSSING = 'crossing-authorisation';

/** Papers without which cells do not leave: for a special administrative region the same as for another country. */
const NEEDED: Readonly<Record<CrossingKind, readonly PermitKind[]>> = {
  province: [],
  'hong-kong-macao': ['human-genetic-resources-export', 'special-articles-quarantine'],
  abroad: ['human-genetic-resources-export', 'special-articles-quarantine'],
};

const CrossingAuthorised = z.strictObject({
  kind: CrossingKind,
  permits: z
    .array(
      z.strictObject({
        kind: PermitKind,
        number: SiteCode.describe('As printed on the certificate'),
        issuer: SiteCode.optional(),
        validUntil: LocalDate.optional().describe('Last day on which it may be used'),
        image: Sha256.optional().describe('SHA-256 of the scanned certificate'),
      }),
    )
    .max(20),
  authorisedBy: Pseudonym.describe('Staff pseudonym of who signs'),
});
type CrossingAuthorised = z.output<typeof CrossingAuthorised>;

/** Cells may leave the province, or the customs territory: quality assurance of the shipper has seen the papers. */
export const crossingAuthorised = authorisation(shipment, 'crossing-authorised', {
  title: { en: 'Crossing authorised', zh: '跨境（跨省）运输授权' },
  signatures: { meaning: CROSSING, count: 1 },
  schema: CrossingAuthorised,

  decide: (data, state, context) => {
    const { kind, authorisedBy } = data;
    const needed = crossingOf(state.shipper, state.consignee, context);
    const signed = context.signers.some(
      ({ person, org, meaning }) => person === authorisedBy && org === state.shipper && meaning === CROSSING,
    );
    return record(
      !signed && broken(shipmentRules.crossingUnsigned, '//signatures', { authorisedBy, shipper: state.shipper ?? '?' }),
      needed !== null && needed !== kind && broken(shipmentRules.crossingDiffers, '/kind', { kind, needed }),
      permitFaults(data, context),
      state.departed !== null && broken(shipmentRules.crossingLate),
    );
  },

  evolve: (state, { id, data }) => {
    state.crossings.push({ event: id, kind: data.kind, validUntil: validUntil(data) });
  },
});

function permitFaults({ kind, permits }: CrossingAuthorised, { now }: Context): Check {
  const today = localDateOf(now);
  return [
    NEEDED[kind]
      .filter((needed) => !permits.some((permit) => permit.kind === needed))
      .map((permit) => broken(shipmentRules.permitMissing, '/permits', { permit, kind })),
    permits.map(
      ({ number, validUntil: until }, n) =>
        until !== undefined &&
        until < today &&
        broken(shipmentRules.permitExpired, `/permits/${n}/validUntil`, { number, until }),
    ),
  ];
}

/** The first of the papers to run out ends the permission. */
function validUntil({ permits }: CrossingAuthorised): string | null {
  return permits.flatMap(({ validUntil: until }) => until ?? []).sort()[0] ?? null;
}

/** A departure across a border that nobody authorised, or after the papers ran out. */
export function crossingFaults(state: ShipmentState, context: Context): Check {
  const kind = crossingOf(state.shipper, state.consignee, context);
  if (kind === null) return undefined;
  const given = state.crossings.filter((each) => each.kind === kind);
  const rule = kind === 'province' ? shipmentRules.provinceUnauthorised : shipmentRules.borderUnauthorised;
  const consignee = state.consignee ?? '?';
  if (given.length === 0) return broken(rule, '', { consignee, kind });
  const day = localDateOf(context.occurredAt ?? context.now);
  const valid = given.some(({ validUntil: until }) => until === null || until >= day);
  return !valid && broken(shipmentRules.crossingExpired, '//occurredAt', { until: given.at(-1)?.validUntil ?? '?' });
}
