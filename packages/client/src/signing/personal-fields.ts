import { randomBytes } from 'node:crypto';
import { base64url, disclose, isJsonObject, type JsonObject, type JsonValue } from '@cytoledger/attest';

/** Path from `data`; `*` stands for every item of a list. */
type Field = { readonly path: readonly string[] };

export type Undisclosed = { readonly data: JsonObject; readonly disclosures: readonly string[] };

const SALT_BYTES = 16;

/**
 * Puts each personal field's salted digest into `_sd` of the object that held it (RFC 9901 §4.2.4.1), sorted, and gives the disclosures, which
 * the platform keeps under the key of the person whose they are. Every salt is new: signing again makes another content.
 */
export function undisclosed(fields: readonly Field[], data: JsonObject): Undisclosed {
  const copy = structuredClone(data) as JsonObject;
  const disclosures: string[] = [];
  for (const { path } of fields) {
    const name = path.at(-1)!;
    for (const holder of holdersOf(copy, path.slice(0, -1))) {
      const value = holder[name];
      if (value === undefined) continue;
      const { disclosure, digest } = disclose(base64url(randomBytes(SALT_BYTES)), name, value);
      disclosures.push(disclosure);
      delete holder[name];
      holder['_sd'] = [...((holder['_sd'] as readonly string[] | undefined) ?? []), digest].sort();
    }
  }
  return { data: copy, disclosures };
}

type Holder = { [member: string]: JsonValue };

function holdersOf(data: JsonObject, path: readonly string[]): Holder[] {
  let found: readonly JsonValue[] = [data];
  for (const segment of path) {
    found = found.flatMap((value) => {
      if (segment === '*') return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
      return isJsonObject(value) && value[segment] !== undefined ? [value[segment]] : [];
    });
  }
  return found.filter(isJsonObject) as Holder[];
}
