import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchStream, parseStream, STREAM_KINDS, streamOf } from './index.ts';

const UUID = '0192f5c4-7d1e-7aaa-8bbb-0123456789ab';

describe("a stream's name", () => {
  it('is its kind and its id', () => {
    expect(streamOf('batch', UUID)).toBe(`batch-${UUID}`);
    expect(streamOf('person', 'p_7Yx-91kQ')).toBe('person-p_7Yx-91kQ');
    expect(streamOf('key', 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')).toMatch(/^key-Nzb/);
  });

  it('comes apart as it was put together', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STREAM_KINDS.filter((kind) => kind !== 'key')), fc.uuid(), (kind, id) => {
        expect(parseStream(streamOf(kind, id))).toEqual({ ok: true, value: { kind, id } });
      }),
    );
  });

  it.each([
    ['batch-1', 'stream.id'],
    [`batch-${UUID.toUpperCase()}`, 'stream.id'],
    [`batch-${UUID}-x`, 'stream.id'],
    [`constructor-${UUID}`, 'stream.kind'],
    [`bag-${UUID}`, 'stream.kind'],
    ['log', 'stream.kind'],
    ['', 'stream.kind'],
  ])('%s is refused as %s', (name, code) => {
    expect(parseStream(name)).toMatchObject({ ok: false, problem: { code } });
  });

  it('is not made from an id of another form', () => {
    expect(() => streamOf('batch', 'HUCMSC-P4')).toThrow(/stream batch-….*HUCMSC-P4/);
  });

  it('is asked for by kind', () => {
    expect(BatchStream.safeParse(`batch-${UUID}`).success).toBe(true);
    expect(BatchStream.safeParse(`donation-${UUID}`).success).toBe(false);
  });
});
