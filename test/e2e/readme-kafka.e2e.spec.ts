import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OneBroker, startBroker, whyNoBroker } from './broker.fixture.ts';
import { type DemoProcess, startDemoProcess } from './demo-process.fixture.ts';
import { missedSteps } from './steps.fixture.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PLAYING_MS = 180_000;

const why = await whyNoBroker();
if (why) process.stdout.write(`skipped: the README's lines about Kafka, because ${why}\n`);

describe.skipIf(why !== undefined)('the lines about Kafka', () => {
  let folder: string;
  let cluster: OneBroker;
  let platform: DemoProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readme-kafka-'));
    cluster = await startBroker();
    platform = await startDemoProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent', KAFKA_BROKERS: cluster.brokers.join() });
  }, PLAYING_MS);
  afterAll(async () => {
    await platform?.[Symbol.asyncDispose]();
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it.each(['README.md', 'README.zh-CN.md'])(
    'of %s show events on topics, and a batch that a message changed',
    async (page) => {
      const said = await typed(page);
      expect(
        missedSteps(said, ['batch.opened.v1', '"outcome": "recorded"', 'batch.test-recorded.v1', 'batch.test-recorded.v1']),
      ).toEqual([]);
    },
    PLAYING_MS,
  );

  /** What a reader types who has come through the release, but for starting the platform. */
  async function typed(page: string): Promise<string> {
    const text = await readFile(join(ROOT, page), 'utf8');
    const section = text.slice(text.indexOf('curl', text.indexOf('\n## ', text.indexOf('npm start'))));
    const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!);
    const released = blocks.findIndex((block) => block.includes('/signatures'));
    const [, kafka] = /```console\n(.*?)```/s.exec(section)!;
    const [start, ...lines] = kafka!.trimEnd().split('\n');
    expect(start).toMatch(/^npm start -- --kafka/);
    const cleanup = 'cleanup() { cd "$ROOT" && rm -f signed.json second.json result.json; }';
    const script = ['set -eu', 'ROOT=$PWD', cleanup, 'trap cleanup EXIT', ...blocks.slice(0, released + 1), ...lines].join('\n');
    const env = { ...platform.env, H: platform.url };
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.slice(stdout.indexOf('  batch-'));
  }
});
