import { batches } from '@cytoledger/domain';
import { type IncomingMessage, openKafkaBroker, openKafkaSender, partitionOf, type Sender, TOPICS } from '@cytoledger/messaging';
import { type Inbound, openInbound, ReceiptMessage } from '@cytoledger/relay';
import { type Bench, openBench, ROUTES, report, signedTogether, TESTER } from '@cytoledger/relay/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OneBroker, startBroker, whyNoBroker } from './broker.fixture.ts';

const why = await whyNoBroker();
if (why) process.stdout.write(`skipped: results over a real Kafka, because ${why}\n`);

const ORIGIN = 'inbound.e2e/log';
const PATIENCE = { timeout: 40_000, interval: 50 };

describe.skipIf(why !== undefined)('results over a real Kafka', () => {
  let cluster: OneBroker;
  let bench: Bench;
  let sender: Sender;
  const answers: IncomingMessage[] = [];
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    cluster = await startBroker();
    bench = await openBench();
    const broker = openKafkaBroker(settings('spec'));
    sender = openKafkaSender(settings('laboratory'));
    await broker.ensureTopics([TOPICS.qcResults, TOPICS.qcReceipts, TOPICS.deadLetters].map((name) => ({ name, partitions: 3 })));
    const answered = await broker.subscribe({
      group: 'laboratory',
      topics: [TOPICS.qcReceipts, TOPICS.deadLetters],
      from: 'earliest',
      handle: async (messages) => void answers.push(...messages),
    });
    closing.push(
      () => answered.close(),
      () => sender.close(),
      () => broker.close(),
      () => bench.close(),
      () => cluster.stop(),
    );
  }, 120_000);
  afterAll(async () => {
    for (const close of closing) await close();
  });

  const settings = (clientId: string) => ({ brokers: cluster.brokers, clientId, tls: false as const });

  async function started(): Promise<Inbound> {
    const inbound = openInbound({
      broker: openKafkaBroker(settings('inbound')),
      sender: openKafkaSender(settings('inbound')),
      ...{ commands: bench.commands, origin: ORIGIN, routes: ROUTES },
    });
    await inbound.service.start!();
    return inbound;
  }

  const produce = (values: readonly Buffer[]) =>
    sender.send(
      values.map((value) => ({
        topic: TOPICS.qcResults,
        partition: partitionOf(`batch-${bench.batch}`, 3),
        key: `batch-${bench.batch}`,
        value,
        headers: {},
      })),
    );
  const receipts = () =>
    answers
      .filter(({ topic }) => topic === TOPICS.qcReceipts)
      .map(({ value }) => ReceiptMessage.parse(JSON.parse(value!.toString())));
  const letters = () => answers.filter(({ topic }) => topic === TOPICS.deadLetters);
  const recorded = async () =>
    (await bench.typesIn(`batch-${bench.batch}`)).filter((type) => type === batches.testRecorded.type).length;
  const result = (number: number) => ({ batch: bench.batch, data: report(bench, { interim: true, report: `R-${number}` }) });

  it('become events and are answered; poison between them is put aside, and a consumer that is started again goes on', async () => {
    const first = await started();
    const good = signedTogether([result(1), result(2)], bench.key);
    await produce([good[0]!, Buffer.from('poison'), good[1]!]);
    await expect.poll(() => [receipts().length, letters().length], PATIENCE).toEqual([2, 1]);
    expect(receipts()).toMatchObject([
      { outcome: 'recorded', status: 201, org: TESTER },
      { outcome: 'recorded', status: 201, org: TESTER },
    ]);
    expect([letters()[0]!.headers['reason'], letters()[0]!.value!.toString()]).toEqual(['unparsable', 'poison']);
    await first.service.stop!();

    // While nobody consumes, and once more what was answered before.
    await produce([...signedTogether([result(3)], bench.key), good[0]!]);
    const second = await started();
    await expect.poll(() => receipts().length, PATIENCE).toBe(4);
    expect(receipts().map(({ status }) => status)).toEqual([201, 201, 201, 200]);
    expect(await recorded()).toBe(3);
    await second.service.stop!();
  }, 120_000);
});
