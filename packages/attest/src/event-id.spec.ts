import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentNonce, derivedEventId, isUuidV7OrV8 } from './index.ts';

const TRIGGER = '0193512a-7c40-7d3e-9f41-2b6c5d4e3f20';
const of = { triggerId: TRIGGER, purpose: 'origins', stream: 'batch-1', n: 0 };
const stream = fc.stringMatching(/^[a-z]{1,8}-[a-z0-9-]{1,36}$/);

describe('derived event ids', () => {
  it('are UUIDv8 with the trigger’s time, whatever is derived', () => {
    fc.assert(
      fc.property(
        fc.uuid({ version: [7] as never }),
        fc.string({ minLength: 1 }),
        stream,
        fc.nat(),
        (triggerId, purpose, target, n) => {
          fc.pre(!purpose.includes('\0'));
          const id = derivedEventId({ triggerId, purpose, stream: target, n });
          expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
          expect(id.slice(0, 13)).toBe(triggerId.slice(0, 13));
          expect(derivedEventId({ triggerId, purpose, stream: target, n })).toBe(id);
          expect(isUuidV7OrV8(id)).toBe(true);
        },
      ),
    );
  });

  it('can themselves be triggers', () => {
    expect(isUuidV7OrV8(derivedEventId({ ...of, triggerId: derivedEventId(of) }))).toBe(true);
  });

  it('differ when anything that makes them differs, also where parts could run together', () => {
    const ids = [
      of,
      { ...of, n: 1 },
      { ...of, purpose: 'other' },
      { ...of, stream: 'batch-2' },
      { ...of, purpose: 'origin', stream: 'sbatch-1' },
      { ...of, stream: 'batch-11', n: 0 },
      { ...of, stream: 'batch-1', n: 10 },
    ].map(derivedEventId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuse other versions, upper case, empty purposes and counts that are none', () => {
    const refused = (code: string) => expect.objectContaining({ code });
    expect(() => derivedEventId({ ...of, triggerId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' })).toThrow(
      refused('invalid-event-id'),
    );
    expect(() => derivedEventId({ ...of, triggerId: TRIGGER.toUpperCase() })).toThrow(refused('invalid-event-id'));
    expect(() => derivedEventId({ ...of, purpose: '' })).toThrow(refused('invalid-purpose'));
    expect(() => derivedEventId({ ...of, n: 1.5 })).toThrow(refused('invalid-purpose'));
    expect(() => derivedEventId({ ...of, stream: '' })).toThrow(refused('invalid-stream'));
  });
});

describe('content nonces', () => {
  it('are 128 bits, the same for a retry, and different for another id, stream or key', () => {
    const key = Buffer.alloc(32, 1);
    const nonce = contentNonce(key, 'batch-1', TRIGGER);
    expect(Buffer.from(nonce, 'base64url')).toHaveLength(16);
    expect(contentNonce(key, 'batch-1', TRIGGER)).toBe(nonce);
    expect(contentNonce(key, 'batch-2', TRIGGER)).not.toBe(nonce);
    expect(contentNonce(key, 'batch-1', derivedEventId(of))).not.toBe(nonce);
    expect(contentNonce(Buffer.alloc(32, 2), 'batch-1', TRIGGER)).not.toBe(nonce);
  });
});
