import * as z from 'zod';
import { looksLikePersonalCode, misread, type Parsed, type PersonalCode, SiteId, understood } from '../vocabulary/index.ts';
import { type Gs1Key, parseGs1 } from './gs1.ts';
import {
  type ChainOfIdentity,
  type DonationNumber,
  type ProductCode,
  parseChainOfIdentity,
  parseDonationNumber,
  parseProductCode,
} from './isbt128.ts';
import { normalised } from './normalised.ts';
import { parseSec, type SingleEuropeanCode } from './sec.ts';

export const IdentifierScheme = z.enum(['isbt128-din', 'isbt128-coi', 'isbt128-product', 'sec', 'gs1', 'local']);
export type IdentifierScheme = z.infer<typeof IdentifierScheme>;

/** A code, and the scheme that it is to be read by. */
export interface SchemedValue {
  readonly scheme: IdentifierScheme;
  readonly value: string;
}

/** What an identifier says of itself, by scheme. */
export type IdentifierReading =
  | { readonly scheme: 'isbt128-din'; readonly parts: DonationNumber }
  | { readonly scheme: 'isbt128-coi'; readonly parts: ChainOfIdentity }
  | { readonly scheme: 'isbt128-product'; readonly parts: ProductCode }
  | { readonly scheme: 'sec'; readonly parts: SingleEuropeanCode }
  | { readonly scheme: 'gs1'; readonly parts: Gs1Key }
  | { readonly scheme: 'local'; readonly parts: { readonly normalised: string } };

/** What a local number counts: they are unique per site and kind only. */
const Kind = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'a kind is a lower-case word such as batch, unit or donation' });

/**
 * A code as it stands on the label, verbatim. The schema asks that it can be kept: its site where the scheme does not name one, and no resident
 * or mobile number in it (21 CFR 1271.290). Whether it is well formed is for {@link readIdentifier} to say: a misread label is a fact too,
 * and is recorded with a finding.
 */
export const Identifier = z
  .strictObject({
    scheme: IdentifierScheme,
    /** Who issued it. Needed for local numbers. */
    site: SiteId.optional(),
    value: z
      .string()
      .min(1)
      .max(100)
      .regex(/^\P{C}*$/u, { error: 'an identifier has no control characters' })
      .regex(/[^\s]/, { error: 'an identifier is not blank' }),
    kind: Kind.optional(),
  })
  .refine(({ scheme, site }) => scheme !== 'local' || site !== undefined, {
    error: 'a local number needs the site that issued it',
    path: ['site'],
    params: { code: 'identifier.site' },
  })
  .refine((identifier) => personalCodeIn(identifier) === null, {
    error: 'a code must not contain a resident or mobile number (21 CFR 1271.290)',
    path: ['value'],
    params: { code: 'identifier.personal' },
  });
export type Identifier = z.infer<typeof Identifier>;

/** What a thing goes by, ten codes at most. */
export const Identifiers = z.array(Identifier).max(10);

/** An identifier that is also well formed in its scheme, for what the platform itself issues or prints. */
export const WellFormedIdentifier = Identifier.superRefine((identifier, context) => {
  const reading = readIdentifier(identifier);
  if (reading.ok) return;
  const { code, message, expected, given } = reading.problem;
  context.addIssue({ code: 'custom', path: ['value'], message: message.en, params: { code, zh: message.zh, expected, given } });
});

/** Takes an identifier apart by its scheme; of several problems the first from the left is told. */
export function readIdentifier(identifier: SchemedValue): Parsed<IdentifierReading> {
  const { scheme, value } = identifier;
  switch (scheme) {
    case 'isbt128-din':
      return tagged(parseDonationNumber(value), (parts) => ({ scheme, parts }));
    case 'isbt128-coi':
      return tagged(parseChainOfIdentity(value), (parts) => ({ scheme, parts }));
    case 'isbt128-product':
      return tagged(parseProductCode(value), (parts) => ({ scheme, parts }));
    case 'sec':
      return tagged(parseSec(value), (parts) => ({ scheme, parts }));
    case 'gs1':
      return tagged(parseGs1(value), (parts) => ({ scheme, parts }));
    case 'local': {
      const searched = normalised(value);
      if (searched !== '') return understood({ scheme, parts: { normalised: searched } });
      return misread('identifier.blank', 'a local number is not blank', '本地编号不能为空', { given: value });
    }
  }
}

/**
 * The form under which the thing is found whatever was scanned or typed: a DIN without `=`, flags and check character, a CoI without `&/`,
 * a GTIN with fourteen digits. What cannot be read is found under its {@link normalised} text.
 */
export function searchKey(identifier: SchemedValue): string {
  const reading = readIdentifier(identifier);
  if (!reading.ok) return normalised(identifier.value);
  const { scheme, parts } = reading.value;
  if (scheme === 'isbt128-din') return parts.din;
  if (scheme === 'isbt128-coi') return parts.coi;
  if (scheme === 'isbt128-product') return `${parts.description}${parts.collectionType ?? ''}${parts.division}`;
  if (scheme === 'gs1') return parts.gtin14 ?? parts.digits;
  if (scheme === 'sec') return normalised(identifier.value).replace(/^(?:SEC:|&,4)/, '');
  return parts.normalised;
}

/** Whether two identifiers name the same thing: the same scheme and key, and for local numbers the same site and kind. */
export function sameIdentifier(a: Identifier, b: Identifier): boolean {
  if (a.scheme !== b.scheme || searchKey(a) !== searchKey(b)) return false;
  return a.scheme !== 'local' || (a.site === b.site && a.kind === b.kind);
}

/**
 * Whether two texts show one chain of identity: an ISBT 128 one as scanned or as typed, any other by its normalised text. A missing one is the same as
 * none.
 */
export function sameChain(a: string | null | undefined, b: string | null | undefined): boolean {
  const [one, other] = [a, b].map((value) => (value == null ? '' : searchKey({ scheme: 'isbt128-coi', value })));
  return one !== '' && one === other;
}

/** A number that proves itself by its own check character is what it says, even where its digits would also fit a person's. */
function personalCodeIn(identifier: SchemedValue): PersonalCode | null {
  const proven = identifier.scheme !== 'local' && readIdentifier(identifier).ok;
  return proven ? null : looksLikePersonalCode(identifier.value);
}

function tagged<P>(parsed: Parsed<P>, tag: (parts: P) => IdentifierReading): Parsed<IdentifierReading> {
  return parsed.ok ? understood(tag(parsed.value)) : parsed;
}
