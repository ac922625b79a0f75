import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttestError } from '@cytoledger/attest';
import { ClientError, type StreamStatement, signTogether } from '@cytoledger/client';
import { openKafkaBroker, openKafkaSender, partitionOf, TOPICS } from '@cytoledger/messaging';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, printJson, tell } from '../io.ts';
import { readJsonObject, readPrivateKey } from '../json-file.ts';
import { needed, type Options, text } from '../options.ts';
import { brokerSettings, unreachable } from './brokers.ts';

const PARTITIONS = 6;
const WAIT_SECONDS = 30;
const MEANING = 'submission';

/**
 * Sends one statement `{type, stream, id?, occurredAt, capture, data}` as a testing laboratory's program would: signed as a submission, keyed by its
 * stream. Prints the receipt, or the problem, that comes back.
 */
export async function produce(file: string | undefined, options: Options, io: Io): Promise<ExitCode> {
  const key = await readPrivateKey(needed(options, 'key', 'Name the file that cytoledger keygen wrote.'));
  const statement = (await readJsonObject(file, io)) as unknown as StreamStatement;
  const signed = signedWith(statement, () => signTogether([statement], key, MEANING)[0]!);
  const { id } = JSON.parse(signed.content) as { id: string };
  const topic = text(options, 'topic') ?? TOPICS.qcResults;
  const settings = await brokerSettings(options, io);
  const broker = openKafkaBroker(settings);
  const sender = openKafkaSender(settings);
  try {
    const counts = await broker.ensureTopics([topic, TOPICS.qcReceipts].map((name) => ({ name, partitions: PARTITIONS })));
    const { promise: answered, resolve } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    const subscription = await broker.subscribe({
      group: `cytoledger-cli-${randomUUID()}`,
      topics: [TOPICS.qcReceipts],
      from: 'earliest',
      handle: async (messages) => {
        for (const { value } of messages) {
          const receipt = JSON.parse(String(value)) as Readonly<Record<string, unknown>>;
          if (receipt['id'] === id) resolve(receipt);
        }
      },
    });
    const partition = partitionOf(statement.stream, counts.get(topic)!);
    const value = Buffer.from(JSON.stringify(signed));
    await sender.send([{ topic, partition, key: statement.stream, value, headers: {} }]);
    tell(io, `sent ${id} to ${topic}`);
    const receipt = await Promise.race([answered, silence(options, io)]);
    await subscription.close();
    if (!receipt) throw new CliError(`no answer yet to ${id}`, `Look into ${TOPICS.deadLetters}.`, EXIT.unreachable);
    printJson(io, receipt);
    return receipt['outcome'] === 'problem' ? EXIT.refused : EXIT.done;
  } catch (error) {
    return unreachable(error);
  } finally {
    await sender.close();
    await broker.close();
  }
}

function signedWith<T>({ stream, type }: StreamStatement, sign: () => T): T {
  if (typeof stream !== 'string' || typeof type !== 'string')
    throw new CliError('the statement does not say type and stream', 'Give {type, stream, occurredAt, capture, data}.');
  try {
    return sign();
  } catch (error) {
    if (!(error instanceof ClientError || error instanceof AttestError)) throw error;
    throw new CliError(`this cannot be signed: ${error.message}`);
  }
}

async function silence(options: Options, { signal }: Io): Promise<undefined> {
  const seconds = Number(text(options, 'wait') ?? WAIT_SECONDS);
  if (!(seconds > 0)) throw new CliError(`--wait ${seconds} is no number of seconds`);
  await sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => undefined);
  return undefined;
}
