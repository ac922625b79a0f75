import { readCloudEvent } from '@cytoledger/messaging';
import { createMetrics } from '@cytoledger/service-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerDouble, type Fate } from './broker-double.fixture.ts';
import { openRelay, type Relay, type RelayOptions } from './relay.ts';
import { type SealedLog, sealedLog } from './sealed-log.fixture.ts';
import { relayMetrics, relayService } from './service.ts';

const ORIGIN = 'relay.spec/log';
const ID = `cytoledger-relay-${ORIGIN}`;
const PATIENCE = { timeout: 45_000, interval: 5 };

let log: SealedLog;
let broker: BrokerDouble;
let relays: Relay[];

beforeEach(async () => {
  [log, broker, relays] = [await sealedLog(), new BrokerDouble(), []];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await log.remove();
});

function begun(over: Partial<RelayOptions> = {}): Relay {
  const relay = openRelay({ store: log.store, broker: broker.client(), origin: ORIGIN, ...over });
  relays.push(relay);
  relay.start();
  return relay;
}

const sequences = () => {
  const streams = new Map<string, number[]>();
  for (const { value } of broker.all) {
    const { stream, seq } = readCloudEvent(value);
    streams.set(stream, [...(streams.get(stream) ?? []), seq]);
  }
  return Object.fromEntries(streams);
};

const counting = (count: number) => Array.from({ length: count }, (_, n) => n);

/** So many streams of 30 events, in turns. */
async function write(streams: readonly string[]): Promise<void> {
  for (let n = 0; n < 3; n++) for (const stream of streams) await log.append(stream, 10);
}

const STREAMS = ['batch-a', 'batch-b', 'person-a', 'donation-a', 'batch-c'];
const WHOLE = Object.fromEntries(STREAMS.map((stream) => [stream, counting(30)]));

describe('the topics', () => {
  it('hold every event once, streams in order, in the topic of the aggregate and the partition of the stream', async () => {
    await write(STREAMS);
    const relay = begun();
    await vi.waitFor(() => expect(relay.state.events).toBe(150), PATIENCE);
    expect(sequences()).toEqual(WHOLE);
    expect(new Set(broker.all.map(({ topic }) => topic))).toEqual(
      new Set(['cytoledger.batch.v1', 'cytoledger.person.v1', 'cytoledger.donation.v1']),
    );
    for (const stream of STREAMS) {
      expect([...broker.topics.values()].filter((list) => list.some(({ key }) => key === stream))).toHaveLength(1);
    }
  });

  it('get what is recorded while the relay runs', async () => {
    const relay = begun();
    await log.append('batch-a', 3);
    await vi.waitFor(() => expect(relay.state.events).toBe(3), PATIENCE);
    await log.append('batch-a', 2);
    await vi.waitFor(() => expect(sequences()).toEqual({ 'batch-a': counting(5) }), PATIENCE);
    expect(relay.state).toMatchObject({ role: 'relaying', position: '5', waitingSince: null });
  });

  it('tell each message’s type and trace beside it', async () => {
    await log.append('batch-a', 1);
    begun();
    await vi.waitFor(() => expect(broker.all).toHaveLength(1), PATIENCE);
    expect(broker.all[0]!.headers).toEqual({
      'content-type': 'application/cloudevents+json; charset=UTF-8',
      type: 'batch.noted.v1',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });

  it('hold every event once whatever becomes of transactions, and whether or not that is told', async () => {
    await write(STREAMS);
    let n = 0;
    const fates: readonly Fate[] = ['stored', 'lost', 'unknown', 'unknown', 'stored', 'lost'];
    broker.fate = () => fates[n++ % fates.length]!;
    const relay = begun({ limits: { events: 17 } });
    await vi.waitFor(() => expect(broker.all.length).toBeGreaterThanOrEqual(150), PATIENCE);
    await relay.stop();
    expect(sequences()).toEqual(WHOLE);
    expect(relay.state.retries).toBeGreaterThan(2);
  });

  it('hold every event once when a relay is stopped and another goes on', async () => {
    await write(STREAMS.slice(0, 2));
    const first = begun({ limits: { events: 7 } });
    await vi.waitFor(() => expect(first.state.events).toBeGreaterThan(10), PATIENCE);
    await first.stop();
    await write(STREAMS.slice(2));
    const second = begun();
    await vi.waitFor(() => expect(second.state.events).toBe(150), PATIENCE);
    expect(sequences()).toEqual(WHOLE);
  });

  it('that a new version knows besides are added to a cluster that was relayed to before, and nothing is sent twice', async () => {
    await log.append('batch-a', 5);
    const older = begun();
    await vi.waitFor(() => expect(older.state.events).toBe(5), PATIENCE);
    await older.stop();
    const added = ['cytoledger.material.v1', 'cytoledger.recall.v1'];
    for (const topic of added) broker.partitions.delete(topic);
    broker.checkpoint(ID, (text) => {
      const checkpoint = JSON.parse(text);
      for (const topic of added) delete checkpoint.partitions[topic];
      return JSON.stringify(checkpoint);
    });
    const newer = begun({ partitions: 3 });
    await log.append('material-a', 5);
    await log.append('recall-a', 5);
    await vi.waitFor(() => expect(newer.state.events).toBe(15), PATIENCE);
    expect(sequences()).toEqual({ 'batch-a': counting(5), 'material-a': counting(5), 'recall-a': counting(5) });
    expect(added.map((topic) => broker.partitions.get(topic))).toEqual([3, 3]);
    await newer.stop();
    const again = begun();
    await log.append('material-a', 1);
    await vi.waitFor(() => expect(again.state.events).toBe(16), PATIENCE);
  });
});

describe('of two relays', () => {
  it('the one that was there before stands by, and takes over when the other has been silent for long', async () => {
    await log.append('batch-a', 5);
    const first = begun({ patience: 50 });
    await vi.waitFor(() => expect(first.state.events).toBe(5), PATIENCE);
    const second = begun({ patience: 50 });
    await vi.waitFor(() => expect(second.state.role).toBe('relaying'), PATIENCE);
    await log.append('batch-a', 5);
    await vi.waitFor(() => expect(first.state.role).toBe('standby'), PATIENCE);
    await vi.waitFor(() => expect(second.state.events).toBe(10), PATIENCE);
    await second.stop();
    await log.append('batch-a', 5);
    await vi.waitFor(() => expect(first.state).toMatchObject({ role: 'relaying', events: 15 }), PATIENCE);
    expect(sequences()).toEqual({ 'batch-a': counting(15) });
  });

  it('the one that stands by leaves a log alone in which nothing new is recorded', async () => {
    await log.append('batch-a', 1);
    const first = begun({ patience: 20 });
    await vi.waitFor(() => expect(first.state.events).toBe(1), PATIENCE);
    const second = begun({ patience: 20 });
    await vi.waitFor(() => expect(second.state.role).toBe('relaying'), PATIENCE);
    await log.append('batch-a', 1);
    await vi.waitFor(() => expect(first.state.role).toBe('standby'), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([first.state.role, second.state.role]).toEqual(['standby', 'relaying']);
  });
});

describe('a broker that is away', () => {
  it('costs nothing but lag, and leaves the platform ready', async () => {
    broker.isAway = true;
    const relay = begun();
    const service = relayService(relay, async () => undefined);
    await log.append('batch-a', 3);
    await vi.waitFor(() => expect(relay.state).toMatchObject({ role: 'waiting', trouble: { code: 'unavailable' } }), PATIENCE);
    await vi.waitFor(() => expect(relay.state.waitingSince).not.toBeNull(), PATIENCE);
    expect(await service.notReady!()).toEqual([]);
    broker.isAway = false;
    await vi.waitFor(() => expect(relay.state).toMatchObject({ role: 'relaying', events: 3, trouble: null }), PATIENCE);
    expect(sequences()).toEqual({ 'batch-a': counting(3) });
  });
});

describe('a relay stands still and says why', () => {
  async function refusal(over: Partial<RelayOptions> = {}): Promise<string | undefined> {
    const relay = begun(over);
    await vi.waitFor(() => expect(relay.state.trouble).not.toBeNull(), PATIENCE);
    const [reason] = await relayService(relay, async () => undefined).notReady!();
    expect(reason).toContain(relay.state.trouble!.message);
    return relay.state.trouble!.code;
  }

  beforeEach(async () => {
    await log.append('batch-a', 3);
    const first = begun();
    await vi.waitFor(() => expect(first.state.events).toBe(3), PATIENCE);
    await first.stop();
    await log.append('batch-a', 1);
  });

  it('where the topics hold another log', async () => {
    expect(await refusal({ origin: 'another.spec/log', id: ID })).toBe('other-log');
  });

  it('where the log no longer is the one that was relayed', async () => {
    broker.checkpoint(ID, (text) => text.replace(/"leaf":"[^"]+"/, `"leaf":"${'A'.repeat(43)}"`));
    expect(await refusal()).toBe('other-history');
  });

  it('where the log is an older copy', async () => {
    broker.checkpoint(ID, (text) => text.replace(/"seq":\d+/, '"seq":99'));
    expect(await refusal()).toBe('other-history');
  });

  it('where a topic has other partitions than before', async () => {
    broker.partitions.set('cytoledger.batch.v1', 12);
    expect(await refusal()).toBe('other-partitions');
  });

  it('where the checkpoint was written by something else', async () => {
    broker.checkpoint(ID, () => '{"position":"3"}');
    expect(await refusal()).toBe('unreadable-checkpoint');
  });

  it('where an event belongs to an aggregate that it does not know', async () => {
    await log.append('comet-a', 1);
    expect(await refusal()).toBe('no-topic');
    expect(sequences()).toEqual({ 'batch-a': counting(4) });
  });
});

it('tells Prometheus how far it is', async () => {
  await log.append('batch-a', 4);
  const relay = begun();
  await vi.waitFor(() => expect(relay.state.events).toBe(4), PATIENCE);
  const metrics = createMetrics();
  relayMetrics(relay, metrics);
  const text = await metrics.registry.metrics();
  expect(text).toContain('cytoledger_relay_position 4');
  expect(text).toContain('cytoledger_relay_lag_seconds 0');
  expect(text).toContain('cytoledger_relay_role{role="relaying"} 1');
});
