import { isJsonObject, type JsonObject, readDisclosure } from '@cytoledger/attest';
import { registry, upcast } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { effectiveEvents } from '@cytoledger/read-models';
import type { Vault } from '@cytoledger/vault';

/** A printed name, or why there is none. */
export type PrintedName = { readonly name: string } | { readonly state: 'erased' | 'restricted' | 'absent' };

/**
 * Printed names of members of staff. They are part of every human-readable copy of what they signed (21 CFR 11.50(a)(1), (b)), so whoever may read
 * the signed record may have them.
 *
 * @throws VaultError
 */
export async function printedNames(
  store: EventStore,
  vault: Pick<Vault, 'open'>,
  persons: Iterable<string>,
): Promise<Map<string, PrintedName>> {
  const digests = new Map<string, readonly string[]>();
  for (const person of new Set(persons)) digests.set(person, await digestsOf(store, person));
  const all = [...digests.values()].flat();
  const opened = all.length === 0 ? new Map() : await vault.open([...new Set(all)], { lookBack: false });
  return new Map(
    [...digests].map(([person, own]): [string, PrintedName] => {
      for (const digest of own.toReversed()) {
        const found = opened.get(digest);
        if (found === 'erased' || found === 'restricted') return [person, { state: found }];
        // A digest of another's record, repeated in an enrolment, gives nobody a name.
        if (found?.stream !== `staff-${person}`) continue;
        const disclosed = readDisclosure(found.disclosure);
        if (disclosed.name === 'name' && typeof disclosed.value === 'string') return [person, { name: disclosed.value }];
      }
      return [person, { state: 'absent' }];
    }),
  );
}

/** Of all enrolments, oldest first. */
async function digestsOf(store: EventStore, person: string): Promise<string[]> {
  const found: string[] = [];
  for (const { type, data } of await effectiveEvents(store, `staff-${person}`, upcast, Number.MAX_SAFE_INTEGER)) {
    if (type === registry.staffEnrolled.type && isJsonObject(data as JsonObject)) {
      found.push(...(((data as JsonObject)['_sd'] ?? []) as readonly string[]));
    }
  }
  return found;
}
