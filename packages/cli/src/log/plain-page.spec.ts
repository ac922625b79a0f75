import { checkSealed, contentText, type Signature, sealBody, sealHeader } from '@cytoledger/attest';
import type { Position, StoredEvent } from '@cytoledger/event-store';
import { describe, expect, it } from 'vitest';
import { NOT_PLAIN, PLAIN_FIRST, PLAIN_FOLLOWING, packEvents, readPlainly } from './plain-page.ts';

type Given = { seq?: number; prev?: string | null; signatures?: Signature[] };

const TYPE = 'batch.held.v1';
const LEAF = 'A'.repeat(43);
const RECORDED_AT = '2026-11-21T08:00:00.000Z';

function stored({ seq = 0, prev = null, signatures = [] }: Given = {}): StoredEvent & { readonly leaf: string } {
  const id = `0192f5c4-0000-7000-8000-${String(seq).padStart(12, '0')}`;
  const stream = 'batch-a';
  const body = sealBody({
    actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
    basis: [],
    causation: null,
    correlation: 'c',
    contentText: contentText({
      nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
      ...{ id, type: TYPE, stream, occurredAt: null, capture: {}, data: { n: seq } },
    }),
  });
  const { bytes, leaf } = sealHeader({ id, stream, seq, prev, recordedAt: RECORDED_AT, body, signatures });
  return { id, type: TYPE, stream, revision: seq, position: String(seq + 1) as Position, header: bytes, body, leaf };
}

function verdictOf(event: StoredEvent): number {
  return readPlainly(packEvents([event])).verdicts[0]!;
}

function withBody(event: StoredEvent, body: Uint8Array): StoredEvent {
  return { ...event, body };
}

describe('events that are read by themselves', () => {
  it('are plain where they are as they were sealed', () => {
    expect([stored(), stored({ seq: 7, prev: LEAF })].map(verdictOf)).toEqual([PLAIN_FIRST, PLAIN_FOLLOWING]);
  });

  it('give what their chain is followed by', () => {
    const events = [stored(), stored({ seq: 7, prev: LEAF })];

    const { leaves, prevs, times } = readPlainly(packEvents(events));

    expect(Buffer.from(leaves.subarray(32)).toString('base64url')).toBe(events[1]!.leaf);
    expect(Buffer.from(prevs.subarray(32)).toString('base64url')).toBe(LEAF);
    expect([...times]).toEqual([Date.parse(RECORDED_AT), Date.parse(RECORDED_AT)]);
  });

  it.each<[string, (event: StoredEvent) => StoredEvent]>([
    [
      'whose body was changed',
      (event) => withBody(event, Buffer.from(Buffer.from(event.body).toString().replace('"n":0', '"n":1'))),
    ],
    ['whose body was cut', (event) => withBody(event, event.body.subarray(0, -1))],
    ['whose header was changed', (event) => ({ ...event, header: Buffer.from('{}') })],
    ['that the store calls by another id', (event) => ({ ...event, id: '0192f5c4-0000-7000-8000-00000000000f' })],
    ['that the store calls by no id', (event) => ({ ...event, id: '' })],
    ['that the store puts into another stream', (event) => ({ ...event, stream: 'batch-b' })],
    ['that the store puts into another place', (event) => ({ ...event, revision: 1 })],
    ['that the store gives another type', (event) => ({ ...event, type: 'batch.released.v1' })],
  ])('are read in full %s', (_, damaged) => {
    expect(verdictOf(damaged(stored()))).toBe(NOT_PLAIN);
  });

  it.each<[string, StoredEvent]>([
    ['first of its stream', stored()],
    ['of a chain', stored({ seq: 1234, prev: 'Q2hhaW4gb2YgdGhlIGV2ZW50IGJlZm9yZSB0aGlzIG8' })],
  ])('are read in full whichever byte of the header of one %s was changed, unless it is a header all the same', (_, event) => {
    for (let at = 0; at < event.header.length; at++) {
      for (const byte of [0x00, 0x22, 0x2d, 0x30, 0x38, 0x41, 0x5c, 0x66, 0x7d, 0xc3]) {
        const header = Buffer.from(event.header);
        if (header[at] === byte) continue;
        header[at] = byte;
        const changed = { ...event, header };
        if (verdictOf(changed) === NOT_PLAIN) continue;
        const said = checkSealed({ header, body: event.body }).header;
        expect(said).toMatchObject({ id: event.id, stream: event.stream, seq: event.revision });
        expect(readPlainly(packEvents([changed])).times).toEqual(Float64Array.of(Date.parse(said.recordedAt)));
      }
    }
  });

  it.each([
    '2026-02-29T08:00:00.000Z',
    '2026-11-21T24:00:00.000Z',
    '2026-11-21T08:60:00.000Z',
    '2026-11-21T08:00:60.000Z',
    '2026-11-21T08:00:00.0000',
    '2026-11-21 08:00:00.000Z',
  ])('are read in full where they were recorded at %s, also behind one of that hour', (time) => {
    const event = stored({ seq: 1, prev: LEAF });
    const header = Buffer.from(Buffer.from(event.header).toString().replace(RECORDED_AT, time));

    expect([...readPlainly(packEvents([stored(), { ...event, header }])).verdicts]).toEqual([PLAIN_FIRST, NOT_PLAIN]);
  });

  it.each<[string, (content: string) => string]>([
    ['another id', (text) => text.replace('"id":"0192f5c4', '"id":"0192f5c5')],
    ['another stream', (text) => text.replace('"stream":"batch-a"', '"stream":"batch-b"')],
    ['another type', (text) => text.replace(TYPE, 'batch.moved.v1')],
    ['a nonce that is too long', (text) => text.replace('"nonce":"A', '"nonce":"AA')],
    ['a nonce that ends in bits of nobody', (text) => text.replace('AAA","occurredAt"', 'AAB","occurredAt"')],
    ['a time that is none', (text) => text.replace('"occurredAt":null', '"occurredAt":true')],
    ['a member in between', (text) => text.replace('"occurredAt":null', '"occurredAt":null,"room":"A"')],
    [
      'a name of its correlation in which something is escaped',
      (text) => text.replace('"correlation":"c"', '"correlation":"\\n"'),
    ],
    ['something behind its correlation', (text) => text.replace('"correlation":"c"', '"correlation":"c","more":"c"')],
  ])('are read in full where the body holds %s, though the header names that body', (_, edit) => {
    const event = stored();
    const body = Buffer.from(edit(Buffer.from(event.body).toString()));
    const header = sealHeader({
      ...{ id: event.id, stream: event.stream, seq: 0, prev: null, recordedAt: RECORDED_AT, signatures: [] },
      body,
    }).bytes;

    expect(body.equals(event.body)).toBe(false);
    expect(verdictOf({ ...event, header, body })).toBe(NOT_PLAIN);
  });

  it('are read alike where they stand in one run of bytes, and in room that was used before', () => {
    const events = [stored(), stored({ seq: 7, prev: LEAF }), withBody(stored(), Buffer.alloc(3))];
    const run = new Uint8Array(events.reduce((sum, { header, body }) => sum + header.length + body.length + 20, 0));
    let at = 5;
    const inOneRun = events.map((event) => {
      const [header, body] = [event.header, event.body].map((bytes) => {
        const view = run.subarray(at, at + bytes.length);
        view.set(bytes);
        at += bytes.length + 7;
        return view;
      }) as [Uint8Array, Uint8Array];
      return { ...event, header, body };
    });

    const room = new Uint8Array(10_000).fill(0x41);
    const read = readPlainly(packEvents(inOneRun, room));

    expect(read).toEqual(readPlainly(packEvents(events)));
    expect([...read.verdicts]).toEqual([PLAIN_FIRST, PLAIN_FOLLOWING, NOT_PLAIN]);
  });

  it('are told apart when damaged ones stand among them', () => {
    const [first, second, third] = [stored(), stored({ seq: 1, prev: LEAF }), stored({ seq: 2, prev: LEAF })];

    const { verdicts } = readPlainly(packEvents([first, withBody(second, Buffer.alloc(3)), third]));

    expect([...verdicts]).toEqual([PLAIN_FIRST, NOT_PLAIN, PLAIN_FOLLOWING]);
  });
});
