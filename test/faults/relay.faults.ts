import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { leafHash } from '@cytoledger/attest';
import { openEventStore } from '@cytoledger/event-store';
import { EVENT_TOPICS, readCloudEvent } from '@cytoledger/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KafkaCluster, readCommitted, startKafka, whyNoKafka } from '../../infra/kafka/index.ts';
import { ORIGIN, writtenLog } from './relay-log.fixture.ts';

const EVENTS = Number(process.env['RELAY_EVENTS'] ?? 200_000);
const KILLS = 10;
/** For how long the broker is away, and then for how long it hangs. */
const AWAY_MS = Number(process.env['RELAY_AWAY_MS'] ?? 60_000);
const HUNG_MS = AWAY_MS / 3;
const MIB = 1024 * 1024;
const PATIENCE_MS = 1_500_000;
/** Every so many messages, all that a consumer can check is checked. */
const CHECKED_EVERY = 20;

const why = await whyNoKafka();
let folder: string;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-'));
  if (why === undefined) url = await writtenLog(folder, EVENTS);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

type Progress = {
  readonly role: string;
  readonly events: number;
  readonly relayed: number;
  readonly retries: number;
  readonly rss: number;
};

class RelayProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  progress: Progress = { role: 'starting', events: 0, relayed: 0, retries: 0, rss: 0 };
  said = '';

  constructor(brokers: readonly string[]) {
    const script = fileURLToPath(new URL('relay-process.fixture.ts', import.meta.url));
    const child = spawn(process.execPath, [script, url, brokers.join()], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.progress = JSON.parse(line) as Progress;
    });
    child.stderr.on('data', (chunk) => {
      this.said += chunk;
    });
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Follows a relay until it is that far, or says why not. */
async function relayedUpTo(events: number, ...relays: readonly RelayProcess[]): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!relays.some(({ progress }) => progress.events >= events)) {
    if (Date.now() > until)
      throw new Error(relays.map(({ progress, said }) => `${JSON.stringify(progress)}\n${said}`).join('\n'));
    await sleep(20);
  }
}

const nth = (part: number) => Math.floor(EVENTS * part);

/** What stands in the topics is the log: every event once, streams in order, each as it was sealed. */
async function expectTopicsToHoldTheLog(brokers: readonly string[]): Promise<void> {
  const store = await openEventStore(url, { readOnly: true });
  const leaves = new Map<string, string[]>();
  for await (const page of store.readAll()) {
    for (const { stream, header } of page) {
      const known = leaves.get(stream);
      if (known) known.push(leafHash(header));
      else leaves.set(stream, [leafHash(header)]);
    }
  }
  await store.close();
  const next = new Map<string, number>();
  let [read, twice, disordered] = [0, 0, 0];
  for await (const { key, value } of readCommitted(brokers, EVENT_TOPICS)) {
    const seq = Number(/"sequence":"(\d+)"/.exec(value)![1]);
    const expected = next.get(key) ?? 0;
    if (seq < expected) twice++;
    if (seq > expected) disordered++;
    next.set(key, Math.max(expected, seq + 1));
    expect(value).toContain(`"leafhash":"${leaves.get(key)?.[seq]}"`);
    if (read % CHECKED_EVERY === 0) {
      expect(readCloudEvent(Buffer.from(value, 'utf8'))).toMatchObject({ origin: ORIGIN, stream: key, seq });
    }
    read++;
  }
  const missing = [...leaves].reduce((sum, [stream, all]) => sum + all.length - (next.get(stream) ?? 0), 0);
  expect({ read, twice, disordered, missing }).toEqual({ read: EVENTS, twice: 0, disordered: 0, missing: 0 });
}

describe.each([1, 3] as const)('on %i broker(s)', (nodes) => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    if (why === undefined) cluster = await startKafka({ nodes });
  }, 400_000);
  afterAll(() => cluster?.stop());

  it(`relays ${EVENTS} events once and in order, killed ${KILLS} times, each broker killed in turn, with two relays at once`, {
    timeout: 2 * PATIENCE_MS,
  }, async ({ skip }) => {
    if (why !== undefined) skip(why);
    const start = Date.now();
    let relay = new RelayProcess(cluster.brokers);
    for (let kill = 1; kill <= KILLS; kill++) {
      await relayedUpTo(nth((kill - Math.random()) * (0.5 / KILLS)), relay);
      // Anywhere in a transaction.
      await sleep(Math.random() * 200);
      await relay.kill();
      relay = new RelayProcess(cluster.brokers);
    }
    for (let node = 0; node < nodes; node++) {
      await relayedUpTo(nth(0.5 + (0.2 * (node + Math.random())) / nodes), relay);
      await cluster.kill(node);
      // While it is away the relay goes on, or waits where it was the only one.
      await sleep(2_000);
      await cluster.restart(node);
    }
    await relayedUpTo(nth(0.72), relay);
    // Each takes over from the one before; whoever is left behind may try again later.
    const others = [new RelayProcess(cluster.brokers), new RelayProcess(cluster.brokers)];
    await relayedUpTo(nth(0.85), relay, ...others);
    await others[1]!.kill();
    await relayedUpTo(EVENTS, relay, ...others);
    const seconds = Math.round((Date.now() - start) / 1000);
    await Promise.all([relay.kill(), others[0]!.kill()]);
    await expectTopicsToHoldTheLog(cluster.brokers);
    console.info(`${nodes} broker(s): ${EVENTS} events in ${seconds} s through ${KILLS} kills`);
  });
});

describe('a broker that is away for a minute, and then hangs', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    if (why === undefined) cluster = await startKafka();
  }, 400_000);
  afterAll(() => cluster?.stop());

  it('costs nothing but lag, and no memory', { timeout: 2 * PATIENCE_MS }, async ({ skip }) => {
    if (why !== undefined) skip(why);
    const relay = new RelayProcess(cluster.brokers);
    await relayedUpTo(nth(0.3), relay);
    const before = relay.progress;
    await cluster.kill(0);
    let highest = 0;
    const until = Date.now() + AWAY_MS;
    while (Date.now() < until) {
      await sleep(100);
      highest = Math.max(highest, relay.progress.rss);
    }
    expect(relay.progress.role).toBe('waiting');
    await cluster.restart(0);
    await relayedUpTo(nth(0.6), relay);
    cluster.hold(0, 'SIGSTOP');
    await sleep(HUNG_MS);
    cluster.hold(0, 'SIGCONT');
    await relayedUpTo(EVENTS, relay);
    await relay.kill();
    await expectTopicsToHoldTheLog(cluster.brokers);
    console.info(
      `resident: ${Math.round(before.rss / MIB)} MiB while relaying, at most ${Math.round(highest / MIB)} MiB while the broker was away`,
    );
    expect(highest).toBeLessThan(1.5 * before.rss);
  });
});
