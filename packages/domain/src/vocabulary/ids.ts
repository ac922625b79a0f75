import * as z from 'zod';
import { looksLikePersonalCode } from './personal-code.ts';

/** RFC 9562 text form, lower case only: one id has one spelling, so that two streams can never be the same thing. */
export const Uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, { error: 'a UUID in lower case is expected' });
export type Uuid = z.infer<typeof Uuid>;

/** A random UUID holds eleven digits in a row now and then; it is nobody's number. */
const UUID_TEXT = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

const notPersonal = (text: string) => looksLikePersonalCode(text) === null;

/**
 * Stands for a person and says nothing about them: 8–64 of `A–Z a–z 0–9 _ -` (a UUID is one). A resident or mobile number is refused,
 * because the log cannot forget it again (21 CFR 1271.290; PIPL Art 47).
 */
export const Pseudonym = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, { error: 'a pseudonym is 8 to 64 of A–Z, a–z, 0–9, _ and -' })
  .refine((text) => notPersonal(text.replace(UUID_TEXT, '')), {
    error: 'a pseudonym must not contain a resident or mobile number (21 CFR 1271.290)',
  });
export type Pseudonym = z.infer<typeof Pseudonym>;

/** An organisation or one of its sites: 2–64 of `a–z 0–9 -`, beginning and ending with a letter or digit, or a UUID. */
export const OrganisationId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])$/, { error: 'an organisation is 2 to 64 of a–z, 0–9 and inner -' });
export type OrganisationId = z.infer<typeof OrganisationId>;

export const SiteId = OrganisationId;
export type SiteId = z.infer<typeof SiteId>;

/** SHA-256 as unpadded base64url: 43 characters, the last of which carries four bits only. */
export const Sha256 = z
  .string()
  .regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, { error: 'a SHA-256 digest in unpadded base64url is expected' });
export type Sha256 = z.infer<typeof Sha256>;

/** RFC 7638 thumbprint of a public key. */
export const KeyId = Sha256;

/**
 * A short code that a site or a supplier gives to a thing (device, form, lot): printable, no blanks at its ends, no resident number. Eleven
 * digits that could be a mobile number are let through, since lots are numbered like that.
 */
export const SiteCode = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, { error: 'printable characters without blanks at the ends are expected' })
  .refine((text) => looksLikePersonalCode(text) !== 'resident-id', {
    error: 'a code must not contain a resident number (21 CFR 1271.290)',
  });
export type SiteCode = z.infer<typeof SiteCode>;
