import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openEventStore } from '@cytoledger/event-store';
import { openKafkaBroker } from '@cytoledger/messaging';
import { openRelay } from '@cytoledger/relay';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ORIGIN, writtenLog } from '../faults/relay-log.fixture.ts';
import { type OneBroker, startBroker, whyNoBroker } from './broker.fixture.ts';

const GUIDE = resolve(import.meta.dirname, '../../docs/guides/qc.md');
const EVENTS = 300;
const PATIENCE = { timeout: 60_000, interval: 50 };

const hasKcat = spawnSync('kcat', ['-V']).error === undefined;
const why = hasKcat ? await whyNoBroker() : 'kcat is not installed';
if (why) process.stdout.write(`skipped: the guide's look with kcat, because ${why}\n`);

describe.skipIf(why !== undefined)("the guide's look with kcat", { timeout: 120_000 }, () => {
  let broker: OneBroker;
  let said: readonly (readonly string[])[];
  let ofBatches: readonly { readonly subject: string; readonly sequence: string; readonly type: string }[];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kcat-'));
    try {
      broker = await startBroker();
      const store = await openEventStore(await writtenLog(folder, EVENTS), { readOnly: true });
      ofBatches = [];
      for await (const page of store.readAll()) {
        const seen = page.filter(({ stream }) => stream.startsWith('batch-'));
        ofBatches = [
          ...ofBatches,
          ...seen.map(({ stream, revision, type }) => ({ subject: stream, sequence: String(revision).padStart(16, '0'), type })),
        ];
      }
      const kafka = openKafkaBroker({ brokers: broker.brokers, clientId: 'spec', tls: false });
      const relay = openRelay({ store, broker: kafka, origin: ORIGIN });
      relay.start();
      await vi.waitUntil(() => relay.state.events === EVENTS, PATIENCE);
      await relay.stop();
      await kafka.close();
      await store.close();
      const [all, each] = await commandsOfGuide();
      // A commit is answered a moment before every partition shows it.
      const shown = await vi.waitUntil(async () => wholly(await linesOf(all!)), PATIENCE);
      said = [shown, await linesOf(each!)];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 400_000);
  afterAll(() => broker?.stop());

  function wholly(lines: readonly string[]): readonly string[] | false {
    return lines.length >= ofBatches.length && lines;
  }

  async function commandsOfGuide(): Promise<readonly string[]> {
    const [, block] = /```text\n(kcat .*?)```/s.exec(await readFile(GUIDE, 'utf8'))!;
    return block!.split(/\n(?=kcat )/);
  }

  async function linesOf(command: string): Promise<readonly string[]> {
    const env = { ...process.env, KAFKA_BROKERS: broker.brokers.join() };
    const { stdout } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', command], { env });
    return stdout.trimEnd().split('\n');
  }

  it('shows each event of a batch once, its stream before it', () => {
    const streams = said[0]!.map((line) => line.slice(0, line.indexOf(' ')));

    expect(streams.toSorted()).toEqual(ofBatches.map(({ subject }) => subject).toSorted());
  });

  it('shows what happened to a batch, in its order', () => {
    const [first] = ofBatches;
    const shown = said[1]!.map((line) => line.split(' ')).filter(([, subject]) => subject === first!.subject);

    expect(shown.map(([, , sequence, type]) => ({ subject: first!.subject, sequence, type }))).toEqual(
      ofBatches.filter(({ subject }) => subject === first!.subject),
    );
  });
});
