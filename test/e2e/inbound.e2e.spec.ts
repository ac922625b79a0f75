import { randomUUID } from 'node:crypto';
import { generateKey } from '@cytoledger/attest';
import { batches, oversight } from '@cytoledger/domain';
import { type IncomingMessage, openKafkaBroker, openKafkaSender, partitionOf, type Sender, TOPICS } from '@cytoledger/messaging';
import { type Inbound, openInbound, ReceiptMessage } from '@cytoledger/relay';
import { type Bench, OWNER, openBench, ROUTES, report, type Said, signedTogether, TESTER } from '@cytoledger/relay/specification';
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
    await broker.ensureTopics(
      [TOPICS.qcResults, TOPICS.oversightQueries, TOPICS.qcReceipts, TOPICS.deadLetters].map((name) => ({ name, partitions: 3 })),
    );
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

  const produce = (values: readonly Buffer[], topic: string = TOPICS.qcResults, stream = `batch-${bench.batch}`) =>
    sender.send(
      values.map((value) => ({
        topic,
        partition: partitionOf(stream, 3),
        key: stream,
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

  it('beside which a quality-control centre asks: its query is recorded and answered, and nobody else asks in its name', async () => {
    const centre = await bench.enrol('qc-centre', generateKey(), { kind: 'oversight' });
    const query = (): Said & { readonly stream: string } => ({
      ...{ stream: `query-${randomUUID()}`, type: oversight.queryRaised.type },
      data: { to: OWNER, topic: 'traceability', about: [`batch-${bench.batch}`], dueBy: '2099-01-01T08:00:00+08:00' },
    });
    const [asked, pretended] = [query(), query()];
    const [before, put] = [receipts().length, letters().length];
    const answerTo = ({ stream }: { readonly stream: string }) => receipts().filter((receipt) => receipt.stream === stream);
    const messages = signedTogether([asked], centre);
    const first = await started();
    await produce(messages, TOPICS.oversightQueries, asked.stream);
    await produce([Buffer.from('poison')], TOPICS.oversightQueries, asked.stream);
    await produce(signedTogether([pretended], bench.key), TOPICS.oversightQueries, pretended.stream);
    await produce(signedTogether([result(4)], bench.key));
    await expect.poll(() => [receipts().length - before, letters().length - put], PATIENCE).toEqual([3, 1]);
    expect(answerTo(asked)).toMatchObject([
      { outcome: 'recorded', status: 201, org: 'qc-centre', answers: { topic: TOPICS.oversightQueries } },
    ]);
    expect(answerTo(pretended)).toMatchObject([
      {
        outcome: 'problem',
        status: 403,
        org: TESTER,
        problem: { code: 'forbidden', title: 'Not allowed', zh: { title: '不允许' } },
      },
    ]);
    const letter = letters().at(-1)!;
    expect(letter.headers).toMatchObject({ reason: 'unparsable', 'source-topic': TOPICS.oversightQueries });
    expect(letter.headers['detail-zh']).toMatch(/\p{Script=Han}/u);
    await first.service.stop!();

    // Delivered once more to a consumer that was started again: the same receipt, and nothing stored twice.
    await produce(messages, TOPICS.oversightQueries, asked.stream);
    const second = await started();
    await expect.poll(() => answerTo(asked).length, PATIENCE).toBe(2);
    expect(answerTo(asked)[1]).toMatchObject({ status: 200, receipt: answerTo(asked)[0]!.receipt! });
    expect(await bench.typesIn(asked.stream)).toEqual([oversight.queryRaised.type]);
    expect(await bench.typesIn(pretended.stream)).toEqual([]);
    await second.service.stop!();
  }, 120_000);
});
