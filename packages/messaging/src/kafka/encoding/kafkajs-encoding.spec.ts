import { createRequire } from 'node:module';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DirectMessage, writeDirectly } from './kafkajs-encoding.ts';
import type { PartitionRecords, ProduceArguments } from './produce-request.ts';

type Request = { encode(): Promise<{ readonly buffer: Buffer }> };

const require = createRequire(import.meta.url);
const Produce = require('kafkajs/src/protocol/requests/produce') as {
  protocol(about: { version: number }): (args: unknown) => { request: Request };
};
const framed = require('kafkajs/src/protocol/request') as (given: {
  correlationId: number;
  clientId: string;
  request: Request;
}) => Promise<{ readonly buffer: Buffer }>;

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T08:00:00Z') });
  writeDirectly();
});
afterAll(() => {
  vi.useRealTimers();
});

const text = fc.oneof(fc.string({ maxLength: 120 }), fc.string({ unit: 'grapheme', maxLength: 40 }));
const value = fc.oneof(
  { weight: 9, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 8_000, max: 9_000 }).map((length) => new Uint8Array(length).fill(7)) },
);
const message = fc.record({
  key: text,
  value: value.map((bytes) => Buffer.from(bytes)),
  partition: fc.constant(0),
  headers: fc.dictionary(text, text, { maxKeys: 4 }),
});
const partition = fc.record({
  partition: fc.nat(100),
  firstSequence: fc.nat(),
  messages: fc.array(message, { minLength: 1, maxLength: 80 }),
});
const given = fc.record({
  acks: fc.constant(-1),
  timeout: fc.nat(60_000),
  transactionalId: fc.option(text, { nil: undefined }),
  producerId: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  producerEpoch: fc.nat(32_000),
  topicData: fc.array(fc.record({ topic: text, partitions: fc.array(partition, { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
});

function direct(args: ProduceArguments<PlainMessage>): ProduceArguments<DirectMessage> {
  return {
    ...args,
    topicData: args.topicData.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((each) => ({ ...each, messages: each.messages.map((one) => new DirectMessage(one)) })),
    })),
  };
}

type PlainMessage = PartitionRecords['messages'][number] & { readonly value: Buffer; readonly partition: number };

async function sent(args: unknown, version: number, clientId: string): Promise<Buffer> {
  const { request } = Produce.protocol({ version })(args);
  return (await framed({ correlationId: 7, clientId, request })).buffer;
}

describe('a produce request that is written directly', () => {
  it.each([3, 7])('is byte for byte what kafkajs writes, in version %d', async (version) => {
    const clientId = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: fc.constant('c'.repeat(600)) });
    await fc.assert(
      fc.asyncProperty(given, clientId, async (args, client) => {
        const own = await sent(direct(args), version, client);
        expect(own.equals(await sent(args, version, client))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is written the same again when it is tried again', async () => {
    const [args] = fc.sample(given, 1);
    const { request } = Produce.protocol({ version: 7 })(direct(args!));
    const first = Buffer.from((await framed({ correlationId: 7, clientId: 'c', request })).buffer);
    expect((await framed({ correlationId: 7, clientId: 'c', request })).buffer.equals(first)).toBe(true);
  });

  it('is not copied when kafkajs puts its own part before it', async () => {
    const [args] = fc.sample(given, 1);
    const { request } = Produce.protocol({ version: 7 })(direct(args!));
    const body = await request.encode();
    const whole = await framed({ correlationId: 7, clientId: 'c', request: { encode: async () => body } });
    expect(whole.buffer.buffer).toBe(body.buffer.buffer);
  });
});
