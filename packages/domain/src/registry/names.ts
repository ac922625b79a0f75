import { z } from 'zod';

const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}*\S\P{C}*$/u, { error: 'a name is printable and not blank' });

/** The name of an organisation, a study or a product, in both languages. It is no personal data. */
export const BilingualName = z.strictObject({ zh: Name, en: Name });

/** RFC 8037 Ed25519 public key; `x` is 32 bytes in unpadded base64url. Whether it is a point fit for use is checked where signatures are. */
export const PublicKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, { error: '32 bytes in unpadded base64url are expected' }),
});

/** What a token may say its bearer does, e.g. `lab.operator`, `lab.qa`. */
export const RoleName = z.string().regex(/^[a-z][a-z0-9-]{0,39}(?:\.[a-z][a-z0-9-]{0,39}){0,3}$/, {
  error: 'a role is lower-case words with dots between them, e.g. lab.operator',
});
