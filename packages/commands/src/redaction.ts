import { disclose, type JsonObject, type JsonValue } from '@cytoledger/attest';
import type { PersonalField } from '@cytoledger/domain';
import type { Vault } from '@cytoledger/vault';
import { salt } from '@cytoledger/vault';

/** A disclosure on its way to the vault. */
export type VaultEntry = {
  readonly subject: string;
  readonly stream: string;
  readonly eventId: string;
  readonly pointer: string;
  readonly digest: string;
  readonly disclosure: string;
};

export type Redacted = { readonly data: JsonObject; readonly entries: readonly VaultEntry[] };

type Place = { readonly holder: JsonObject; readonly name: string; readonly pointer: string; readonly subject: string };

export type RedactionContext = {
  readonly stream: string;
  readonly target: string;
  readonly eventId: string;
  readonly org: string;
};

/** Whether any personal field stands in the data: the common case has none and needs no vault. */
export function holdsPersonal(fields: readonly PersonalField[], data: JsonObject): boolean {
  return fields.some((field) => mayLead(field, data) && placesOf(field, data).length > 0);
}

/** Most facts leave their personal fields out: seen without walking the path. */
function mayLead({ path: [first] }: PersonalField, data: JsonObject): boolean {
  return first === undefined || data[first] !== undefined;
}

/**
 * Replaces each personal field by its salted digest in `_sd` of the object that held it (RFC 9901 §4.2.4.1); `_sd` is sorted. The salt is
 * HMAC(salt key of the subject, stream ‖ id ‖ pointer), so that a retry makes the same bytes.
 *
 * @throws VaultError `subject-erased`
 */
export async function redact(
  fields: readonly PersonalField[],
  data: JsonObject,
  context: RedactionContext,
  vault: Vault,
): Promise<Redacted> {
  const copy = structuredClone(data) as JsonObject;
  const places = new Map<string, Place>();
  for (const field of fields) {
    // A field that stands in several variants of a type is one place.
    for (const found of placesOf(field, copy)) {
      if (!places.has(found.pointer)) places.set(found.pointer, { ...found, subject: subjectOf(field, copy, context) });
    }
  }
  const entries: VaultEntry[] = [];
  for (const place of places.values()) {
    const { subject, pointer, holder, name } = place;
    const key = await vault.saltKey(subject);
    const { disclosure, digest } = disclose(salt(key, context.stream, context.eventId, pointer), name, holder[name] as JsonValue);
    entries.push({ subject, stream: context.stream, eventId: context.eventId, pointer, digest, disclosure });
    replace(place, digest);
  }
  return { data: copy, entries };
}

function replace({ holder, name }: Place, digest: string): void {
  const mutable = holder as Record<string, JsonValue>;
  delete mutable[name];
  const digests = Array.isArray(mutable['_sd']) ? (mutable['_sd'] as string[]) : [];
  mutable['_sd'] = [...digests, digest].sort();
}

/** Where the field stands in the data. */
export function placesOf(field: PersonalField, data: JsonObject): Omit<Place, 'subject'>[] {
  let holders: { value: JsonValue | undefined; pointer: string }[] = [{ value: data, pointer: '' }];
  for (const segment of field.path.slice(0, -1)) {
    holders = holders.flatMap(({ value, pointer }) => {
      if (segment === '*') {
        return Array.isArray(value) ? value.map((item, n) => ({ value: item, pointer: `${pointer}/${n}` })) : [];
      }
      return isObject(value) && segment in value ? [{ value: value[segment], pointer: `${pointer}/${segment}` }] : [];
    });
  }
  const name = field.path.at(-1)!;
  return holders.flatMap(({ value, pointer }) =>
    isObject(value) && value[name] !== undefined ? [{ holder: value, name, pointer: `${pointer}/${name}` }] : [],
  );
}

/** Whose the field is: the pseudonym that the pointer names, the stream's own, or else the organisation that reports. */
export function subjectOf(field: PersonalField, data: JsonObject, context: Pick<RedactionContext, 'target' | 'org'>): string {
  if (field.subject === 'stream') return context.target;
  if (field.subject === 'organisation') return `org:${context.org}`;
  let value: JsonValue | undefined = data;
  for (const segment of field.subject.slice(1).split('/')) value = isObject(value) ? value[segment] : undefined;
  return typeof value === 'string' ? value : `org:${context.org}`;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
