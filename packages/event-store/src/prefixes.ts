import type { Mentioning } from './port.ts';

/** Whether a name begins with one of these; where none is given, every name does. */
export function beginsWithOneOf(name: string, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
}

/** Whether an event is kept back because it does not mention what those of its type have to. */
export function isUnmentioned(mentioning: Mentioning | undefined, type: string, body: Uint8Array): boolean {
  if (!mentioning?.typePrefixes.some((prefix) => type.startsWith(prefix))) return false;
  return !Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(mentioning.text, 0, 'latin1');
}
