import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packAppend, unpackGroup } from './append-group.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { PageWriter, unpackPage } from './stored-page.ts';
import { uuidBytes, uuidText } from './uuid-bytes.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
const stream = fc.stringMatching(/^[a-z]{1,9}-[0-9a-f]{1,40}$/);
const revision = fc.oneof(fc.constant('none' as const), fc.nat(), fc.constant(2 ** 40));
const event = fc.record({ id: fc.uuid(), type: fc.string({ minLength: 1, maxLength: 40 }), header: bytes, body: bytes });
const append = fc.record({
  stream,
  revision,
  basis: fc.array(fc.record({ stream, revision }), { maxLength: 3 }),
  events: fc.array(event, { minLength: 1, maxLength: 4 }),
});
const packed = (of: number | 'none') => (of === 'none' ? -1 : of);
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

describe('a group of appends', () => {
  it('comes out of its bytes as it went in', () => {
    fc.assert(
      fc.property(fc.array(append, { maxLength: 5 }), (appends) => {
        const group = new GrowingBytes();
        for (const each of appends) packAppend(group, each.stream, each.revision, each.events, each.basis);
        const unpacked = [...unpackGroup(group.buffer, group.length)];
        expect(unpacked).toEqual(
          appends.map((each) => ({
            stream: each.stream,
            expected: packed(each.revision),
            basis: each.basis.map((head) => ({ stream: head.stream, revision: packed(head.revision) })),
            events: each.events.map(({ id, type, header, body }) => ({
              id: uuidBytes(id),
              type: wellFormed(type),
              header,
              body,
            })),
          })),
        );
      }),
    );
  });
});

describe('a page of stored events', () => {
  it('comes out of its bytes as it went in', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, stream, fc.nat(), fc.nat()), { maxLength: 8 }), (rows) => {
        const page = new PageWriter();
        for (const [{ id, type, header, body }, name, revision, position] of rows) {
          const bytes = Buffer.concat([uuidBytes(id), header, body]);
          page.add({ type, bytes, headerLength: header.length, stream: name, revision, position });
        }
        expect(unpackPage(page.finish({ reached: 0, head: 0, end: true }))).toEqual(
          rows.map(([stored, name, revision, position]) => ({ ...stored, stream: name, revision, position: String(position) })),
        );
      }),
    );
  });
});

describe('the bytes of a UUID', () => {
  it('give the same UUID back, and keep the order of the texts', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        expect(uuidText(uuidBytes(one))).toBe(one);
        expect(Math.sign(Buffer.compare(uuidBytes(one), uuidBytes(other)))).toBe(one < other ? -1 : one > other ? 1 : 0);
      }),
    );
  });
});
