import { disclose, isJsonObject, type JsonObject, type JsonValue } from '@cytoledger/attest';

/** Path from `data`; `*` stands for every item of a list. */
type Field = { readonly path: readonly string[] };

export type Undisclosed = { readonly data: JsonObject; readonly disclosures: readonly string[] };

/**
 * Puts each personal field's salted digest into `_sd` of the object that held it (RFC 9901 §4.2.4.1), sorted, and gives the disclosures, which
 * the platform keeps under the key of the person whose they are.
 *
 * @param saltOf of the field at a pointer into the data, at least 128 bits in base64url
 */
export function undisclosed(fields: readonly Field[], data: JsonObject, saltOf: (pointer: string) => string): Undisclosed {
  const copy = structuredClone(data) as JsonObject;
  const disclosures: string[] = [];
  for (const { path } of fields) {
    const name = path.at(-1)!;
    for (const { holder, pointer } of holdersOf(copy, path.slice(0, -1))) {
      const value = holder[name];
      if (value === undefined) continue;
      const { disclosure, digest } = disclose(saltOf(`${pointer}/${name}`), name, value);
      disclosures.push(disclosure);
      delete holder[name];
      holder['_sd'] = [...((holder['_sd'] as readonly string[] | undefined) ?? []), digest].sort();
    }
  }
  return { data: copy, disclosures };
}

type Holder = { [member: string]: JsonValue };

function holdersOf(data: JsonObject, path: readonly string[]): { holder: Holder; pointer: string }[] {
  let found: readonly { value: JsonValue; pointer: string }[] = [{ value: data, pointer: '' }];
  for (const segment of path) {
    found = found.flatMap(({ value, pointer }) => {
      if (segment === '*') {
        return Array.isArray(value)
          ? (value as readonly JsonValue[]).map((item, n) => ({ value: item, pointer: `${pointer}/${n}` }))
          : [];
      }
      const member = isJsonObject(value) ? value[segment] : undefined;
      return member === undefined ? [] : [{ value: member, pointer: `${pointer}/${segment}` }];
    });
  }
  return found.flatMap(({ value, pointer }) => (isJsonObject(value) ? [{ holder: value as Holder, pointer }] : []));
}
