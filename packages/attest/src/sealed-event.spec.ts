import { describe, expect, it } from 'vitest';
import {
  type AttestErrorCode,
  type BodyParts,
  type Content,
  canonicalText,
  checkSealed,
  contentText,
  digestOf,
  type HeaderParts,
  leafHash,
  sealBody,
  sealHeader,
} from './index.ts';

const content: Content = {
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
  id: '0193512a-7c40-7d3e-9f41-2b6c5d4e3f20',
  type: 'batch.harvested.v1',
  stream: 'batch-1',
  occurredAt: '2026-11-21T16:15:00+08:00',
  capture: { mode: 'direct' },
  data: { count: '1.20' },
};
const parts: BodyParts = {
  actor: { org: 'lab', person: null, role: 'lab.operator', client: null },
  basis: [],
  causation: null,
  correlation: 'c',
  contentText: contentText(content),
};
const body = sealBody(parts);
const headerParts: HeaderParts = {
  id: content.id,
  stream: content.stream,
  seq: 0,
  prev: null,
  recordedAt: '2026-11-21T08:15:02.113Z',
  body,
  signatures: [],
};
const { bytes: header, leaf } = sealHeader(headerParts);

type Members = Record<string, unknown>;
const edited = (bytes: Uint8Array, edit: (value: Members) => void): Buffer => {
  const value = JSON.parse(Buffer.from(bytes).toString());
  edit(value);
  return Buffer.from(canonicalText(value));
};
/** A body that was changed together with the digest that its header names. */
const resealed = (bytes: Buffer) => ({
  body: bytes,
  header: edited(header, (h) => {
    h['body'] = digestOf(bytes);
  }),
});
const refuses = (code: AttestErrorCode, event: Parameters<typeof checkSealed>[0]) =>
  expect(() => checkSealed(event)).toThrow(expect.objectContaining({ code }));

describe('checkSealed', () => {
  it('accepts what was sealed, as the first event and where the chain is not asked about', () => {
    expect(checkSealed({ header, body, previous: null }).body.content).toEqual(content);
    expect(checkSealed({ header, body }).header.seq).toBe(0);
  });

  it('refuses every single-bit change of a body', () => {
    for (const flipped of singleBitChanges(body)) expect(() => checkSealed({ header, body: flipped })).toThrow();
  });

  it('refuses an event behind a header of which a single bit was changed', () => {
    const second = sealedAs({ seq: 1, prev: leaf });
    for (const flipped of singleBitChanges(header)) {
      refuses('prev-mismatch', { ...second, body, previous: { seq: 0, leaf: leafHash(flipped) } });
    }
  });

  it('names a body that is not the header’s', () => {
    refuses('body-digest-mismatch', { header, body: sealBody({ ...parts, correlation: 'd' }) });
  });

  it('names a header or body that is not its own canonical form', () => {
    refuses('header-not-canonical', { header: Buffer.from(JSON.stringify(JSON.parse(header.toString()), null, 1)), body });
    refuses('header-not-canonical', { header: Buffer.from(header.toString().replace('"seq":0', '"seq":0.0')), body });
    refuses('body-not-canonical', resealed(Buffer.from(body.toString().replace('"1.20"', '"1\\u002e20"'))));
  });

  it('names duplicate members in a body, whatever a lenient parser makes of them', () => {
    refuses('duplicate-key', resealed(Buffer.from(body.toString().replace('"count":"1.20"', '"count":"1.20","count":"1.20"'))));
  });

  it('names a header whose id or stream is not its content’s', () => {
    refuses('id-mismatch', { ...sealedAs({ id: '0193512a-7c40-7d3e-9f41-2b6c5d4e3f21' }), body });
    refuses('stream-mismatch', { ...sealedAs({ stream: 'batch-2' }), body });
  });

  it('names a broken chain', () => {
    const second = sealedAs({ seq: 1, prev: leaf });
    checkSealed({ ...second, body, previous: { seq: 0, leaf } });
    refuses('seq-mismatch', { ...second, body, previous: null });
    refuses('seq-mismatch', { header, body, previous: { seq: 0, leaf } });
    refuses('prev-mismatch', { ...sealedAs({ seq: 1, prev: digestOf('other') }), body, previous: { seq: 0, leaf } });
    refuses('recorded-at-decreases', { ...second, body, previous: { seq: 0, leaf, recordedAt: '2026-11-21T08:15:02.114Z' } });
  });

  it('names members that this version does not know, or misses, before it asks for the canonical form', () => {
    const with_ = (edit: (h: Members) => void) => ({ header: edited(header, edit), body });
    refuses(
      'unknown-member',
      with_((h) => Object.assign(h, { extra: 1 })),
    );
    refuses(
      'missing-member',
      with_((h) => delete h['prev']),
    );
    refuses(
      'unsupported-version',
      with_((h) => Object.assign(h, { v: 2, whatever: true })),
    );
    refuses(
      'invalid-member',
      with_((h) => Object.assign(h, { recordedAt: '2026-11-21T08:15:02Z' })),
    );
    refuses(
      'invalid-member',
      with_((h) => Object.assign(h, { recordedAt: '2026-02-29T08:15:02.000Z' })),
    );
    refuses(
      'invalid-member',
      with_((h) => Object.assign(h, { prev: leaf })),
    );
    refuses(
      'invalid-member',
      with_((h) => Object.assign(h, { seq: -1 })),
    );
    refuses(
      'invalid-member',
      with_((h) => Object.assign(h, { signatures: [{ jws: 'a.b' }] })),
    );
    refuses(
      'unknown-member',
      with_((h) => Object.assign(h, { signatures: [{ jws: 'a.b.c', alg: 'none' }] })),
    );
    refuses('unknown-member', resealed(edited(body, (b) => Object.assign(b, { note: '' }))));
    refuses('unknown-member', resealed(edited(body, (b) => Object.assign(b['actor'] as Members, { content: '' }))));
    refuses('missing-member', resealed(edited(body, (b) => delete (b['content'] as Members)['nonce'])));
    refuses('invalid-member', resealed(edited(body, (b) => Object.assign(b['content'] as Members, { nonce: 'short' }))));
    refuses('invalid-event-id', resealed(edited(body, (b) => Object.assign(b['content'] as Members, { id: 'x' }))));
  });

  it('names what is too large', () => {
    const large = Buffer.alloc(65_536, 0x20);
    refuses('header-too-large', { header: large, body });
    refuses('body-too-large', { header, body: large });
  });
});

describe('sealing', () => {
  it('refuses a body above 65,535 bytes and accepts one of exactly that', () => {
    const room = 65_535 - body.length + parts.correlation.length;
    expect(sealBody({ ...parts, correlation: 'x'.repeat(room) })).toHaveLength(65_535);
    expect(() => sealBody({ ...parts, correlation: 'x'.repeat(room + 1) })).toThrow(
      expect.objectContaining({ code: 'body-too-large' }),
    );
  });

  it('refuses a header above 65,535 bytes', () => {
    const signatures = [{ jws: `${'e'.repeat(65_000)}.e.e` }];
    expect(() => sealHeader({ ...headerParts, signatures })).not.toThrow();
    expect(() => sealHeader({ ...headerParts, signatures: [...signatures, ...signatures] })).toThrow(
      expect.objectContaining({ code: 'header-too-large' }),
    );
  });

  it('refuses a chain that cannot be: seq 0 with a prev, a later seq without', () => {
    expect(() => sealHeader({ ...headerParts, prev: leaf })).toThrow(expect.objectContaining({ pointer: '/prev' }));
    expect(() => sealHeader({ ...headerParts, seq: 1 })).toThrow(expect.objectContaining({ pointer: '/prev' }));
  });

  it('escapes what the platform says, and finds the content again whatever the texts contain', () => {
    const nasty = '","content":{},"correlation":"\\';
    const tricky = contentText({ ...content, data: { ',"correlation":"': [nasty] } });
    const sealed = sealBody({
      ...parts,
      actor: { org: nasty, person: nasty, role: nasty, client: nasty },
      correlation: nasty,
      contentText: tricky,
    });
    const { header: h } = resealed(sealed);
    expect(checkSealed({ header: h, body: sealed }).body.actor.org).toBe(nasty);
    expect(sealed.includes(tricky)).toBe(true);
  });

  function accepts(change: Partial<Content>): string {
    return contentText({ ...content, ...change });
  }

  it('refuses contents that no reader would accept', () => {
    expect(() => accepts({ occurredAt: '2026-11-21 16:15' })).toThrow(expect.objectContaining({ pointer: '/occurredAt' }));
    expect(() => accepts({ occurredAt: '2026-11-31T16:15:00Z' })).toThrow(expect.objectContaining({ pointer: '/occurredAt' }));
    expect(() => accepts({ type: 'harvested' })).toThrow(expect.objectContaining({ pointer: '/type' }));
    expect(() => accepts({ stream: 'batch 1' })).toThrow(expect.objectContaining({ code: 'invalid-stream' }));
    expect(() => accepts({ nonce: 'AAECAwQFBgcICQoLDA0ODx' })).toThrow(expect.objectContaining({ pointer: '/nonce' }));
    expect(() => accepts({ data: { a: { b: undefined as never } } })).toThrow(
      expect.objectContaining({ code: 'not-json', pointer: '/data/a/b' }),
    );
    expect(() => accepts({ extra: 1 } as never)).toThrow(expect.objectContaining({ code: 'unknown-member' }));
  });
});

function sealedAs(change: Partial<HeaderParts>): { header: Buffer } {
  return { header: sealHeader({ ...headerParts, ...change }).bytes };
}

function* singleBitChanges(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    yield flipped;
  }
}
