import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Broker,
  type IncomingMessage,
  openKafkaBroker,
  openKafkaSender,
  partitionOf,
  readCloudEvent,
  type Sender,
  TOPICS,
} from '@cytoledger/messaging';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { ReceiptMessage } from '@cytoledger/relay';
import { furnished, report, signedTogether, TESTER } from '@cytoledger/relay/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OneBroker, startBroker, whyNoBroker } from './broker.fixture.ts';

const why = await whyNoBroker();
if (why) process.stdout.write(`skipped: the platform beside a real Kafka, because ${why}\n`);
const PATIENCE = { timeout: 60_000, interval: 100 };

describe.skipIf(why !== undefined)('the platform beside a real Kafka', () => {
  let folder: string;
  let cluster: OneBroker;
  let platform: Platform;
  let broker: Broker;
  let sender: Sender;
  const came: IncomingMessage[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-platform-'));
    cluster = await startBroker();
    const env = { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', KAFKA_BROKERS: cluster.brokers.join(',') };
    platform = await startPlatform(readConfig({ ...env, KAFKA_PARTITIONS: '3' }, ['--empty']));
    const settings = { brokers: cluster.brokers, clientId: 'laboratory', tls: false as const };
    broker = openKafkaBroker(settings);
    sender = openKafkaSender(settings);
    const topics = ['cytoledger.batch.v1', TOPICS.qcResults, TOPICS.qcReceipts];
    await broker.ensureTopics(topics.map((name) => ({ name, partitions: 3 })));
    await broker.subscribe({
      group: 'laboratory.e2e',
      topics: ['cytoledger.batch.v1', TOPICS.qcReceipts],
      from: 'earliest',
      handle: async (messages) => void came.push(...messages),
    });
  }, 120_000);
  afterAll(async () => {
    await platform?.close();
    await sender?.close();
    await broker?.close();
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes a result from its topic, answers it, and relays the event that came of it: the batch has changed', async () => {
    const { batch, sample, key } = await furnished(platform.commands);
    const stream = `batch-${batch}`;
    const [value] = signedTogether([{ batch, data: report({ sample }) }], key);
    await sender.send([{ topic: TOPICS.qcResults, partition: partitionOf(stream, 3), key: stream, value: value!, headers: {} }]);

    const receipts = () =>
      came
        .filter(({ topic }) => topic === TOPICS.qcReceipts)
        .map((message) => ReceiptMessage.parse(JSON.parse(message.value!.toString())));
    await expect.poll(() => receipts().length, PATIENCE).toBe(1);
    const [receipt] = receipts();
    expect(receipt).toMatchObject({ outcome: 'recorded', status: 201, org: TESTER, stream });

    const relayed = () =>
      came
        .filter(({ topic, key: of }) => topic === 'cytoledger.batch.v1' && of === stream)
        .map(({ value: sent }) => readCloudEvent(sent!));
    await expect.poll(() => relayed().some(({ id }) => id === receipt!.id), PATIENCE).toBe(true);
    const events = relayed();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n));
    const event = events.find(({ id }) => id === receipt!.id)!;
    expect([event.type, event.leaf]).toEqual(['batch.test-recorded.v1', receipt!.receipt!['leaf']]);
    expect(JSON.parse(event.body.toString())).toMatchObject({
      actor: { org: TESTER, role: 'qc.analyst', client: `key-${key.kid}` },
    });

    // And to those without Kafka the same, by the feed.
    const token = await platform.issuer!.token({ org: 'qc-centre', roles: ['oversight'] });
    const asked = await fetch(`${platform.url}/v1/feed?follow=false&aggregate=batch`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const told = (await asked.text()).trimEnd().split('\n').slice(0, -1);
    expect(told.map((line) => readCloudEvent(Buffer.from(line)).leaf)).toEqual(events.map(({ leaf }) => leaf));
  }, 120_000);
});
