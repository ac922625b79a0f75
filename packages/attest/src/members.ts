import { AttestError } from './errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, pointerTo } from './json.ts';

/**
 * The object at a pointer, with exactly these members: nothing missing, nothing that this version does not know.
 *
 * @throws AttestError `invalid-member`, `missing-member`, `unknown-member`
 */
export function exactly(value: JsonValue | undefined, names: readonly string[], pointer: string): JsonObject {
  const object = checkMember(isJsonObject(value), pointer, 'an object') && (value as JsonObject);
  for (const name of names) {
    if (!Object.hasOwn(object, name))
      throw new AttestError('missing-member', `member ${pointer}/${name} is missing`, { pointer: `${pointer}/${name}` });
  }
  for (const name in object) {
    if (!names.includes(name)) {
      const at = pointerTo(pointer, name);
      throw new AttestError('unknown-member', `member ${at.slice(0, 200)} is unknown`, { pointer: at });
    }
  }
  return object;
}

/** @throws AttestError `invalid-member` */
export function checkMember(holds: boolean, pointer: string, rule: string): true {
  if (!holds) throw new AttestError('invalid-member', `${pointer === '' ? 'the whole' : pointer} must be ${rule}`, { pointer });
  return true;
}

/** @throws AttestError `invalid-member` */
export function textMember(object: JsonObject, name: string, pointer: string): string {
  const value = object[name];
  checkMember(typeof value === 'string', `${pointer}/${name}`, 'a string');
  return value as string;
}

/** @throws AttestError `invalid-member` */
export function textOrNullMember(object: JsonObject, name: string, pointer: string): string | null {
  const value = object[name];
  checkMember(typeof value === 'string' || value === null, `${pointer}/${name}`, 'a string or null');
  return value as string | null;
}

/** @throws AttestError `invalid-member` */
export function countMember(object: JsonObject, name: string, pointer: string): number {
  const value = object[name];
  checkMember(Number.isSafeInteger(value) && (value as number) >= 0, `${pointer}/${name}`, 'a whole number from 0 to 2^53−1');
  return value as number;
}
