/** What JSON can say. No undefined, no dates, no bigint: such values are refused where they are to be written. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export type JsonObject = { readonly [member: string]: JsonValue };

/** One more reference token on a JSON Pointer (RFC 6901 §3). */
export function pointerTo(parent: string, token: string | number): string {
  return typeof token === 'number' ? `${parent}/${token}` : `${parent}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
