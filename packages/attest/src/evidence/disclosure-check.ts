import { disclosureDigest, readDisclosure } from '../disclosure.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { check, refusedAs } from './refusal.ts';

/** Before a digest, in place of a disclosure: that it is gone for good. */
const ERASED = 'erased:';

/** In place of the disclosure behind a digest whose subject's key was destroyed. */
export function erasedMark(digest: string): string {
  return ERASED + digest;
}

export function isErasedMark(disclosure: string): boolean {
  return disclosure.startsWith(ERASED);
}

/**
 * Checks that disclosures, and marks in their place, are of values that stand as digests in the data.
 *
 * @throws EvidenceRefusal `disclosure-not-of-event`, `disclosure-malformed`
 */
export function checkDisclosures(disclosures: readonly string[], data: JsonValue): void {
  if (disclosures.length === 0) return;
  const digests = new Set<string>();
  gatherDigests(data, digests);
  for (const disclosure of disclosures) {
    const isMark = isErasedMark(disclosure);
    const own = digests.delete(isMark ? disclosure.slice(ERASED.length) : disclosureDigest(disclosure));
    check(own, 'disclosure-not-of-event', 'no digest of the event is that of this disclosure');
    if (isMark) continue;
    refusedAs('disclosure-malformed', () => readDisclosure(disclosure));
  }
}

function gatherDigests(value: JsonValue, into: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) gatherDigests(item, into);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === '_sd' && Array.isArray(member)) {
      for (const digest of member) if (typeof digest === 'string') into.add(digest);
    }
    gatherDigests(member, into);
  }
}
