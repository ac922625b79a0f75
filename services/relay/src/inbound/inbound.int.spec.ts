import { randomUUID } from 'node:crypto';
import { contentDigest, generateKey, readContent, signContent } from '@cytoledger/attest';
import { batches, oversight } from '@cytoledger/domain';
import { EventStoreError } from '@cytoledger/event-store';
import { type IncomingMessage, MessagingError, type OutgoingMessage, TOPICS } from '@cytoledger/messaging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Bench,
  eventId,
  OWNER,
  openBench,
  ROUTES,
  report,
  type Said,
  signedTogether,
  TESTER,
} from '../specification/index.ts';
import { handleResults, type InboundParts } from './inbound.ts';
import { ReceiptMessage } from './receipt-message.ts';

const HAN = /\p{Script=Han}/u;

let bench: Bench;
let sent: OutgoingMessage[];
let stop: AbortController;
/** What the store answers appends with, instead of storing. */
let failing: (() => unknown) | undefined;

beforeEach(async () => {
  [sent, stop, failing] = [[], new AbortController(), undefined];
  bench = await openBench((store) => {
    const append: typeof store.append = async (...given) => {
      const failure = failing?.();
      if (failure) throw failure;
      return store.append(...given);
    };
    return new Proxy(store, { get: (target, name) => (name === 'append' ? append : bound(target, name)) });
  });
});
afterEach(() => bench.close());

function bound(target: object, name: string | symbol): unknown {
  const member = Reflect.get(target, name) as unknown;
  return typeof member === 'function' ? member.bind(target) : member;
}

let offset = 0n;
const message = (value: Buffer | null, over: Partial<IncomingMessage> = {}): IncomingMessage => ({
  ...{ topic: TOPICS.qcResults, partition: 2, offset: offset++, key: 'batch', value, headers: {} },
  ...over,
});

async function handle(values: readonly (Buffer | null)[], over: Partial<InboundParts> = {}): Promise<OutgoingMessage[]> {
  const before = sent.length;
  await handleResults(
    values.map((value) => message(value)),
    {
      commands: bench.commands,
      routes: new Map(ROUTES.map((route) => [route.fact.type, route])),
      sender: { send: async (messages) => void sent.push(...messages) },
      partitions: new Map([
        [TOPICS.qcReceipts, 3],
        [TOPICS.deadLetters, 1],
      ]),
      signal: stop.signal,
      pauseMs: 5,
      ...over,
    },
  );
  return sent.slice(before);
}

const receipts = (messages: readonly OutgoingMessage[]) =>
  messages
    .filter(({ topic }) => topic === TOPICS.qcReceipts)
    .map(({ value }) => ReceiptMessage.parse(JSON.parse(value.toString())));
const reasons = (messages: readonly OutgoingMessage[]) =>
  messages.map(({ topic, headers }) => (topic === TOPICS.deadLetters ? headers['reason'] : 'answered'));
const results = (more: object = {}): Said => ({ batch: bench.batch, data: report(bench, more) });
const recordedTests = async () =>
  (await bench.typesIn(`batch-${bench.batch}`)).filter((type) => type === batches.testRecorded.type).length;

describe('a result that a testing laboratory produced', () => {
  it('is recorded in its batch, by the organisation of the key that signed it, and answered with the receipt', async () => {
    const values = signedTogether([results()], bench.key);
    const [receipt] = receipts(await handle(values));
    expect(receipt).toMatchObject({ outcome: 'recorded', status: 201, org: TESTER, kid: bench.key.kid, findings: [] });
    expect(receipt!.receipt).toMatchObject({ stream: `batch-${bench.batch}`, id: receipt!.id });
    const { state } = await bench.commands.read(batches.batch as never, bench.batch);
    expect([...(state as batches.BatchState).tests.values()]).toMatchObject([{ test: 'endotoxin', laboratory: TESTER }]);
  });

  it('is stored once, however often it is delivered, also when its sample is closed by then', async () => {
    const values = signedTogether([results()], bench.key);
    const [first] = receipts(await handle(values));
    const [again] = receipts(await handle(values));
    expect(await recordedTests()).toBe(1);
    expect([again!.status, again!.receipt]).toEqual([200, first!.receipt]);
  });

  it('is answered to who sent it when its id was used for something else', async () => {
    const id = eventId();
    await handle(signedTogether([{ ...results({ interim: true }), id }], bench.key));
    const [receipt] = receipts(await handle(signedTogether([{ ...results({ report: 'R-2' }), id }], bench.key)));
    expect(receipt).toMatchObject({ outcome: 'problem', status: 409, problem: { code: 'event-id-conflict' } });
  });

  it('is recorded with a finding when a test fails, told as a rule without its sentence: others read the answers too', async () => {
    const failed = report(bench).results.map((result) => ({ ...result, verdict: 'fail' }));
    const [receipt] = receipts(await handle(signedTogether([results({ results: failed })], bench.key)));
    expect(receipt!.findings).toEqual([{ rule: 'batch.test-failed', severity: 'finding', pointer: '/data/results/0/verdict' }]);
    expect(JSON.stringify(receipt)).not.toContain('endotoxin');
  });

  it('keeps its order within a batch', async () => {
    const many = Array.from({ length: 250 }, (_, n) => results({ interim: true, report: `R-${n}` }));
    const answers = receipts(await handle(signedTogether(many, bench.key)));
    const seqs = answers.map(({ receipt }) => Number(receipt!['seq']));
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(await recordedTests()).toBe(250);
  });
});

describe('a query that a quality-control centre produced', () => {
  const query = () => ({
    ...{ stream: `query-${randomUUID()}`, type: oversight.queryRaised.type },
    data: { to: OWNER, topic: 'traceability', about: [`batch-${bench.batch}`], dueBy: '2099-01-01T08:00:00+08:00' },
  });

  it('is recorded, by the organisation that is registered as one, and answered with the receipt', async () => {
    const centre = await bench.enrol('qc-centre', generateKey(), { kind: 'oversight' });
    const said = query();
    const [receipt] = receipts(await handle(signedTogether([said], centre)));
    expect(receipt).toMatchObject({ outcome: 'recorded', status: 201, org: 'qc-centre', stream: said.stream });
    const { state } = await bench.commands.read(oversight.query as never, said.stream.slice('query-'.length));
    expect(state).toMatchObject({ status: 'open', to: OWNER, owner: 'qc-centre' });
  });

  it('is refused to everybody else', async () => {
    const [receipt] = receipts(await handle(signedTogether([query()], bench.key)));
    expect(receipt).toMatchObject({ outcome: 'problem', status: 403, problem: { code: 'forbidden' } });
  });
});

describe('a message whose sender is known', () => {
  it('is answered with what the schema says of it', async () => {
    const [receipt] = receipts(await handle(signedTogether([results({ results: [] })], bench.key)));
    expect(receipt).toMatchObject({ outcome: 'problem', status: 400, problem: { code: 'invalid' } });
    expect(receipt!.problem!['violations']).toEqual([
      {
        ...{ rule: 'schema.too_small', severity: 'impossible', pointer: '/content/data/results' },
        message: 'Too small: expected array to have >=1 items',
      },
    ]);
  });

  it('is answered in Chinese too, beside the English: no message says what its sender reads', async () => {
    const [malformed] = receipts(await handle(signedTogether([results({ results: [] })], bench.key)));
    expect(malformed!.problem!['zh']).toEqual({
      title: '无法识别所提交的内容',
      violations: [{ rule: 'schema.too_small', pointer: '/content/data/results', message: '过少：至少 1 项' }],
    });
    const released = { batch: bench.batch, data: { scope: 'whole-batch' }, type: batches.released.type };
    const [notTaken] = receipts(await handle(signedTogether([released], bench.key)));
    const stranger = await bench.enrol('qc-lab-z');
    const [unknown] = receipts(await handle(signedTogether([results()], stranger)));
    const id = eventId();
    await handle(signedTogether([{ ...results({ interim: true }), id }], bench.key));
    const [conflict] = receipts(await handle(signedTogether([{ ...results({ report: 'R-2' }), id }], bench.key)));
    for (const receipt of [notTaken, unknown, conflict]) {
      const { zh, ...english } = receipt!.problem as Record<string, unknown>;
      expect(zh).toEqual({ title: expect.stringMatching(HAN), detail: expect.stringMatching(HAN) });
      expect(JSON.stringify(english)).not.toMatch(HAN);
    }
  });

  it('is answered with 404 where the batch is none of the sender’s, and kept where there is no such batch', async () => {
    const stranger = await bench.enrol('qc-lab-z');
    const [ofAnother] = receipts(await handle(signedTogether([results()], stranger)));
    const [ofNone] = receipts(await handle(signedTogether([{ batch: eventId(), data: report(bench) }], stranger)));
    expect([ofAnother!.status, ofNone!.status]).toEqual([404, 202]);
    expect(await recordedTests()).toBe(0);
  });

  it('is answered that such events are not taken from here', async () => {
    const released = { batch: bench.batch, data: { scope: 'whole-batch' }, type: batches.released.type };
    const [receipt] = receipts(await handle(signedTogether([released], bench.key)));
    expect(receipt).toMatchObject({ outcome: 'problem', status: 400, problem: { code: 'type-not-taken' } });
  });

  it('may do what its person may do, and no more, where the key is a person’s', async () => {
    const { registry } = await import('@cytoledger/domain');
    const roles = ['hospital.nurse'];
    await bench.submit(registry.staffEnrolled, 'staff-0909', { org: OWNER, roles, name: 'N' }, OWNER);
    const nurse = await bench.enrol(OWNER, generateKey(), { person: 'staff-0909', roles });
    const [receipt] = receipts(await handle(signedTogether([results()], nurse)));
    expect(receipt).toMatchObject({ outcome: 'problem', status: 403, problem: { code: 'forbidden' } });
  });
});

describe('a message that nobody can be answered for', () => {
  const CASES: readonly (readonly [reason: string, make: () => Buffer | null])[] = [
    ['empty', () => null],
    ['empty', () => Buffer.alloc(0)],
    ['unparsable', () => Buffer.from('not JSON')],
    ['unparsable', () => Buffer.from('{"content":"{}","disclosures":[],"signatures":[]}')],
    ['unparsable', () => Buffer.from([0xff, 0xfe, 0x00])],
    ['unparsable', () => Buffer.from('{"a":1,"a":2}')],
    ['too-large', () => Buffer.alloc(600 * 1024, 0x20)],
    ['unknown-key', () => signedTogether([results()], generateKey())[0]!],
    ['unsigned', () => changed((body) => ({ ...body, signatures: [] }))],
    ['unsigned', () => changed((body) => ({ ...body, signatures: [{ jws: esig(body.content) }] }))],
    ['unsigned', () => changed((body) => ({ ...body, signatures: [{ jws: 'a.b.c', path: body.signatures[0]!.path }] }))],
    ['invalid-signature', () => changed((body) => ({ ...body, content: altered(body.content) }))],
  ];
  it.each(CASES)('is a dead letter, %s, with its bytes', async (reason, make) => {
    const value = make();
    const [letter] = await handle([value]);
    expect([letter!.topic, letter!.headers['reason']]).toEqual([TOPICS.deadLetters, reason]);
    expect(letter!.headers['detail']).not.toMatch(HAN);
    expect(letter!.headers['detail-zh']).toMatch(HAN);
    expect(letter!.value).toEqual(value ?? Buffer.alloc(0));
    expect(letter!.headers).toMatchObject({ 'source-topic': TOPICS.qcResults, 'source-partition': '2', 'source-key': 'batch' });
    expect(await recordedTests()).toBe(0);
  });

  it('is a dead letter where the key was revoked', async () => {
    await bench.revoke(bench.key);
    expect(reasons(await handle(signedTogether([results()], bench.key)))).toEqual(['revoked-key']);
  });

  it('does not keep those behind it waiting', async () => {
    const good = signedTogether([results({ interim: true }), results({ interim: true, report: 'R-2' })], bench.key);
    const answers = await handle([Buffer.from('poison'), good[0]!, null, good[1]!, Buffer.from('{}')]);
    expect(reasons(answers)).toEqual(['unparsable', 'answered', 'empty', 'answered', 'unparsable']);
    expect(await recordedTests()).toBe(2);
  });

  it('is cut where a broker would not take it back, with the digest of the whole', async () => {
    const [letter] = await handle([Buffer.alloc(3_000_000, 0x41)]);
    expect(letter!.value.length).toBe(900_000);
    expect(letter!.headers).toMatchObject({
      'source-bytes': '3000000',
      'source-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  type Sent = { content: string; disclosures: string[]; signatures: { jws: string; path?: unknown }[] };
  const changed = (change: (body: Sent) => object): Buffer =>
    Buffer.from(JSON.stringify(change(JSON.parse(signedTogether([results()], bench.key)[0]!.toString()) as Sent)));
  const altered = (content: string): string => content.replace('"verdict":"pass"', '"verdict":"fail"');
  const esig = (content: string): string =>
    signContent(
      { contentDigest: contentDigest(content), meaning: 'review', signedAt: String(readContent(content).occurredAt) },
      bench.key.privateJwk,
    );
});

describe('what cannot be done now', () => {
  it('is tried again until it can, and never put aside', async () => {
    let times = 0;
    failing = () => (++times <= 6 ? new EventStoreError('overloaded', 'full', { retryAfterMs: 1 }) : undefined);
    const [receipt] = receipts(await handle(signedTogether([results()], bench.key)));
    expect(receipt).toMatchObject({ outcome: 'recorded' });
    expect(await recordedTests()).toBe(1);
  });

  it('is answered for nobody when the answers cannot be stored: all comes again, and is the same event', async () => {
    const values = signedTogether([results()], bench.key);
    const send = (): Promise<void> => Promise.reject(new MessagingError('unavailable', 'no broker'));
    await expect(handle(values, { sender: { send } })).rejects.toMatchObject({ code: 'unavailable' });
    expect([await recordedTests(), sent]).toEqual([1, []]);
    expect(receipts(await handle(values))).toMatchObject([{ outcome: 'recorded', status: 200 }]);
  });

  it('ends with the process: nothing is answered', async () => {
    failing = () => new EventStoreError('overloaded', 'full', { retryAfterMs: 1 });
    const stopped = handle(signedTogether([results()], bench.key), { onFailure: () => stop.abort(new Error('stopping')) });
    await expect(stopped).rejects.toThrow('stopping');
    expect(sent).toEqual([]);
  });

  it('is put aside after three times where the fault is a defect, so that those behind it are not kept waiting', async () => {
    const failures: unknown[] = [];
    const read: typeof bench.commands.read = () => Promise.reject(new TypeError('a defect'));
    const values = [...signedTogether([results()], bench.key), Buffer.from('poison')];
    const answers = await handle(values, { commands: { ...bench.commands, read }, onFailure: (error) => failures.push(error) });
    expect([reasons(answers), failures.length]).toEqual([['internal', 'unparsable'], 3]);
  });
});
