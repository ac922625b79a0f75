import { z } from 'zod';
import { looksLikePersonalCode, SiteCode } from '../vocabulary/index.ts';

/** Bar codes hold ASCII (ISBT 128 and GS1 data structures, with their group separator): no name in Chinese fits in. */
export const LabelCode = z
  .string()
  .min(1)
  .max(500)
  .refine(isEncodable, { error: 'ASCII, as a bar code holds it, is expected' })
  .refine((text) => looksLikePersonalCode(text) !== 'resident-id', {
    error: 'a label’s code must not contain a resident number (21 CFR 1271.290)',
    params: { code: 'label.personal' },
  });

export const LabelTemplate = z.strictObject({ id: SiteCode, version: SiteCode }).describe('Approved layout');

/** FNC1 is read as a group separator (GS1 General Specifications §7.8). */
const GROUP_SEPARATOR = 0x1d;

function isEncodable(text: string): boolean {
  return [...text].every((character) => {
    const code = character.codePointAt(0)!;
    return code === GROUP_SEPARATOR || (code >= 0x20 && code <= 0x7e);
  });
}
