import { digestOf, type JsonObject, leafHash } from '@cytoledger/attest';
import { CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeCloudEvent } from './cloud-event.ts';
import { MessagingError } from './errors.ts';
import { readCloudEvent } from './received-event.ts';
import { storedEvent } from './stored-event.fixture.ts';

const ORIGIN = 'cells.example/log';

const written = (said?: Parameters<typeof storedEvent>[0]) => writeCloudEvent(storedEvent(said), ORIGIN).value.toString('utf8');
const parsed = (said?: Parameters<typeof storedEvent>[0]) => JSON.parse(written(said)) as Record<string, unknown>;

/** Numbers beyond 2^53 are refused long before. */
function storable(data: unknown): JsonObject {
  // A content never holds a member that would change a prototype: it is refused before it is stored.
  const text = JSON.stringify(data).replaceAll('"__proto__":', '"proto":');
  return JSON.parse(text, (_, value) => (typeof value === 'number' ? String(value) : value)) as JsonObject;
}

/** What a consumer is told of a message in which one attribute was changed. */
function refusalOf(change: (event: Record<string, unknown>) => void): string {
  const event = parsed();
  change(event);
  try {
    readCloudEvent(Buffer.from(JSON.stringify(event)));
  } catch (error) {
    return error instanceof MessagingError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'accepted';
}

describe('a stored event as a CloudEvent', () => {
  it('has every attribute that is promised', () => {
    const { header, data, ...attributes } = parsed({ causation: '0192f5c4-2222-7222-8222-222222222222' });
    expect(attributes).toEqual({
      specversion: '1.0',
      id: '0192f5c4-1111-7111-8111-111111111111',
      source: 'urn:cytoledger:cells.example/log:batch-0192f5c4-0000-7000-8000-000000000001',
      type: 'batch.harvested.v1',
      subject: 'batch-0192f5c4-0000-7000-8000-000000000001',
      time: '2026-11-21T16:15:00+08:00',
      datacontenttype: 'application/json',
      sequence: '0000000000000017',
      partitionkey: 'batch-0192f5c4-0000-7000-8000-000000000001',
      correlationid: 'request-7',
      causationid: '0192f5c4-2222-7222-8222-222222222222',
      recordedtime: '2026-11-21T08:15:02.113Z',
      leafhash: leafHash(storedEvent({ causation: '0192f5c4-2222-7222-8222-222222222222' }).header),
      logposition: '4711',
    });
    expect(typeof header).toBe('string');
    expect(data).toMatchObject({ actor: { org: 'lab-a' } });
  });

  it('leaves out the time where nobody knows it, and the cause where there is none', () => {
    expect(Object.keys(parsed({ occurredAt: null }))).not.toContain('time');
    expect(Object.keys(parsed())).not.toContain('causationid');
  });

  it('carries the stored bytes, so that anybody can hash them again', () => {
    const stored = storedEvent({ data: { note: '十 µg "x"', value: '1.50' } });
    const text = writeCloudEvent(stored, ORIGIN).value.toString('utf8');
    expect(text).toContain(`"data":${Buffer.from(stored.body).toString('utf8')}}`);
    const header = JSON.parse(text).header as string;
    expect(Buffer.from(header, 'utf8').equals(stored.header)).toBe(true);
    expect(JSON.parse(header).body).toBe(digestOf(stored.body));
  });

  it('is a valid CloudEvent to the reference library', () => {
    const event = new CloudEvent(parsed({ data: { α: '细胞' } }), true);
    expect(event.validate()).toBe(true);
    expect(Object.keys(parsed()).every((name) => /^[a-z0-9]{1,20}$/.test(name))).toBe(true);
  });

  it('takes attributes from where they stand, whatever texts say', () => {
    const traps = { occurredAt: '"x","occurredAt":"y","stream":', correlation: ',"correlation":"z"}', content: ',"content":{' };
    expect(parsed({ data: traps, correlation: '","correlation":"no"}' })).toMatchObject({
      time: '2026-11-21T16:15:00+08:00',
      correlationid: '","correlation":"no"}',
    });
  });

  it('refuses what was not sealed by this platform', () => {
    const stored = { ...storedEvent(), body: Buffer.from('{}') };
    expect(() => writeCloudEvent(stored, ORIGIN)).toThrow(expect.objectContaining({ code: 'invalid-cloud-event' }));
  });
});

describe('a consumer', () => {
  it('gets the log’s own bytes back, whatever was recorded', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), fc.string(), (data, correlation) => {
        const stored = storedEvent({ data: storable(data), correlation: `c${correlation}` });
        const { value, leaf } = writeCloudEvent(stored, ORIGIN);
        const read = readCloudEvent(value);
        expect(read).toMatchObject({ origin: ORIGIN, id: stored.id, type: stored.type, stream: stored.stream, seq: 17, leaf });
        expect(read.position).toBe('4711');
        expect(read.header.equals(stored.header) && read.body.equals(stored.body)).toBe(true);
      }),
    );
  });

  it('notices a changed body', () => {
    const refusal = refusalOf((event) => {
      (event['data'] as { actor: { org: string } }).actor.org = 'lab-b';
    });
    expect(refusal).toMatch(/^altered-cloud-event: .*body-digest-mismatch/);
  });

  it.each([
    ['leafhash', 'B'.repeat(43)],
    ['id', '0192f5c4-1111-7111-8111-222222222222'],
    ['subject', 'batch-other'],
    ['partitionkey', 'batch-other'],
    ['type', 'batch.rejected.v1'],
    ['sequence', '0000000000000018'],
    ['recordedtime', '2026-11-21T08:15:02.114Z'],
    ['time', '2026-11-21T16:15:01+08:00'],
    ['correlationid', 'another'],
    ['causationid', 'another'],
    ['source', 'urn:cytoledger:cells.example/log:batch-other'],
  ])('notices a changed %s', (name, value) => {
    expect(
      refusalOf((event) => {
        event[name] = value;
      }),
    ).toMatch(new RegExp(`^altered-cloud-event: ${name} `));
  });

  it.each(['id', 'source', 'header', 'data', 'logposition', 'specversion'])('names a missing %s', (name) => {
    expect(
      refusalOf((event) => {
        delete event[name];
      }),
    ).toMatch(new RegExp(`^invalid-cloud-event: ${name} `));
  });

  it('is told that something is no JSON at all', () => {
    expect(() => readCloudEvent(Buffer.from('[object Object]'))).toThrow(
      expect.objectContaining({ code: 'invalid-cloud-event' }),
    );
  });
});
