import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disclose, disclosureDigest, type JsonValue, readDisclosure } from './index.ts';

const SALT = '_26bc4LT-ac6q2KI6cBW5es';

describe('disclosures', () => {
  it('have the digest that RFC 9901 §4.2.3 prints for its example', () => {
    expect(disclosureDigest('WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0')).toBe(
      'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0',
    );
  });

  it('are read though their JSON is not canonical, as the RFC’s example is not', () => {
    const read = readDisclosure('WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0');
    expect(read).toMatchObject({ salt: '_26bc4LT-ac6q2KI6cBW5es', name: 'family_name', value: 'Möbius' });
  });

  it('give back what was disclosed', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 3 }),
        (name, value) => {
          fc.pre(name !== '_sd' && name !== '...' && name !== '__proto__');
          const text = JSON.stringify(value);
          fc.pre(!/__proto__|\d{16}|e\+|-0/.test(text));
          const made = disclose(SALT, name, JSON.parse(text) as JsonValue);
          expect(readDisclosure(made.disclosure)).toEqual({ salt: SALT, name, value: JSON.parse(text), digest: made.digest });
        },
      ),
    );
  });

  it('refuse short salts, names that mean something else, and other shapes', () => {
    const refused = expect.objectContaining({ code: 'invalid-disclosure' });
    expect(() => disclose('c2hvcnQ', 'name', 1)).toThrow(refused);
    expect(() => disclose(SALT, '_sd', 1)).toThrow(refused);
    expect(() => disclose(SALT, '...', 1)).toThrow(refused);
    expect(() => readDisclosure(Buffer.from(`["${SALT}",1]`).toString('base64url'))).toThrow(refused);
    expect(() => readDisclosure(`${disclose(SALT, 'a', 1).disclosure}=`)).toThrow(refused);
  });
});
