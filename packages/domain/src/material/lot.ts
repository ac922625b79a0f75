import { Identifiers } from '../identifiers/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { LocalDate } from '../time/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { MaterialKind } from './codes.ts';

/** What is known of every lot, received or prepared. */
export const lotShape = {
  kind: MaterialKind,
  name: SiteCode,
  lot: SiteCode.describe('As printed'),
  identifiers: Identifiers.optional().describe('GTIN, ISBT 128 or the site’s own number of the delivery'),
  expiry: LocalDate.optional().describe('Usable to the end of this day'),
  quantity: MaterialQuantity.optional().describe('How much there is of it'),
  storage: SiteCode.optional().describe('Where and how it is kept'),
} as const;
