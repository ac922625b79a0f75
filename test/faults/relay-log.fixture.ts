import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { contentText, sealBody, sealHeader } from '@cytoledger/attest';
import { type EventToAppend, openEventStore } from '@cytoledger/event-store';
import { eventId } from './saying.fixture.ts';

export const ORIGIN = 'relay.example/log';

/** Aggregates in the shares that they have in a laboratory's log: most of what is recorded is about batches. */
const AGGREGATES = ['batch', 'batch', 'batch', 'batch', 'batch', 'batch', 'person', 'donation', 'treatment', 'shipment'];
const STREAMS = 2_000;
const LONGEST_APPEND = 12;
/** Appends on their way at once, so that they share commits. */
const AT_ONCE = 64;

/** Writes a log of sealed events, about as long as a laboratory's (body and header about 1 kB together), and gives the URL of the store. */
export async function writtenLog(folder: string, events: number): Promise<string> {
  const url = `sqlite:${join(folder, 'log.db')}`;
  const store = await openEventStore(url);
  const streams = Array.from({ length: Math.min(STREAMS, Math.max(2 * AT_ONCE, Math.ceil(events / 10))) }, (_, n) =>
    newStream(n),
  );
  let left = events;
  const write = async (offset: number) => {
    for (let n = offset; left > 0; n += AT_ONCE) {
      const stream = streams[n % streams.length]!;
      if (stream.isBusy) continue;
      const count = Math.min(left, 1 + (n % LONGEST_APPEND));
      left -= count;
      const expected = stream.seq === 0 ? 'none' : stream.seq - 1;
      const sealed = Array.from({ length: count }, () => nextOf(stream));
      stream.isBusy = true;
      await store.append(stream.name, expected, sealed);
      stream.isBusy = false;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => write(n)));
  await store.close();
  return url;
}

type Growing = { readonly name: string; seq: number; prev: string | null; isBusy: boolean };

function newStream(n: number): Growing {
  const id = randomBytes(16).toString('hex');
  return { name: `${AGGREGATES[n % AGGREGATES.length]!}-${id}`, seq: 0, prev: null, isBusy: false };
}

function nextOf(stream: Growing): EventToAppend {
  const id = eventId();
  const [aggregate] = stream.name.split('-') as [string];
  const type = `${aggregate}.relayed-example.v1`;
  const text = contentText({
    nonce: randomBytes(16).toString('base64url'),
    id,
    type,
    stream: stream.name,
    occurredAt: stream.seq % 17 === 0 ? null : new Date().toISOString(),
    capture: { mode: 'direct', precision: 's', sop: 'SOP-014 v3' },
    data: {
      medium: 'α-MEM, 批号 20261121-07',
      passage: stream.seq,
      quantity: { value: '12.5', unit: '10*6', what: 'viable', basis: 'measured' },
      vessels: Array.from({ length: 4 }, (_, n) => ({ ordinal: n, kind: 'T-225', incubator: `INC-${n}` })),
    },
  });
  const body = sealBody({
    actor: { org: 'lab-a', person: 'staff-0001', role: 'lab.operator', client: null },
    basis: [],
    causation: stream.seq % 5 === 0 ? id : null,
    contentText: text,
    correlation: `c-${stream.seq}`,
  });
  const { bytes, leaf } = sealHeader({
    id,
    stream: stream.name,
    seq: stream.seq,
    prev: stream.prev,
    recordedAt: new Date().toISOString(),
    body,
    signatures: [],
  });
  stream.seq++;
  stream.prev = leaf;
  return { id, type, header: bytes, body };
}
