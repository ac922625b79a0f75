import type { Context } from '../kernel/index.ts';
import { site } from '../registry/index.ts';
import type { CrossingKind } from './codes.ts';

/** Customs territories of their own, whichever way ISO 3166 writes them. */
const SPECIAL_REGIONS: readonly string[] = ['CN-HK', 'CN-MO', 'HK', 'MO'];

/** What lies between two places (ISO 3166-2 each); null where it is nothing, or where one of them is not known. */
export function crossingBetween(from: string | null, to: string | null): CrossingKind | null {
  if (from === null || to === null || from === to) return null;
  const [here, there] = [regionOf(from), regionOf(to)];
  if (here === there) return SPECIAL_REGIONS.includes(here) ? null : 'province';
  const special = [here, there].some((region) => SPECIAL_REGIONS.includes(region));
  return special && [here, there].every((region) => region === 'CN' || SPECIAL_REGIONS.includes(region))
    ? 'hong-kong-macao'
    : 'abroad';
}

function regionOf(place: string): string {
  if (place === 'CN-HK' || place.startsWith('HK-')) return 'HK';
  if (place === 'CN-MO' || place.startsWith('MO-')) return 'MO';
  return place.slice(0, 2);
}

/** Which border a shipment crosses, by where its two ends are registered. */
export function crossingOf(
  shipper: string | null,
  consignee: string | null,
  { states }: Pick<Context, 'states'>,
): CrossingKind | null {
  if (shipper === null || consignee === null || shipper === consignee) return null;
  const ends = states(site, [shipper, consignee]);
  return crossingBetween(ends.get(shipper)?.province ?? null, ends.get(consignee)?.province ?? null);
}
