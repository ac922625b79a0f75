import { randomUUID } from 'node:crypto';
import { type IncomingMessage, openKafkaBroker } from '@cytoledger/messaging';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print } from '../io.ts';
import { isSet, type Options, text } from '../options.ts';
import { brokerSettings, unreachable } from './brokers.ts';

/** Prints the messages of a topic, the oldest first, until there were enough of them or it is interrupted. Only what is committed. */
export async function follow(topic: string, options: Options, io: Io): Promise<ExitCode> {
  const most = countOf(options);
  const broker = openKafkaBroker(await brokerSettings(options, io));
  const enough = new AbortController();
  const ending = AbortSignal.any([io.signal, enough.signal]);
  let printed = 0;
  try {
    const subscription = await broker.subscribe({
      group: text(options, 'group') ?? `cytoledger-cli-${randomUUID()}`,
      topics: [topic],
      from: 'earliest',
      handle: async (messages) => {
        for (const message of messages.filter((each) => isWanted(each, options))) {
          if (printed >= most) break;
          print(io, isSet(options, 'json') ? String(message.value ?? 'null') : lineOf(message));
          printed++;
        }
        if (printed >= most) enough.abort();
      },
    });
    await Promise.race([subscription.ended, aborted(ending)]);
    await subscription.close();
    return EXIT.done;
  } catch (error) {
    return unreachable(error);
  } finally {
    await broker.close();
  }
}

function countOf(options: Options): number {
  const given = text(options, 'count');
  if (given === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new CliError(`--count ${given} is no number of messages`, 'Give 1 or more.');
  return Number(given);
}

function isWanted({ key, value }: IncomingMessage, options: Options): boolean {
  const [stream, type] = [text(options, 'stream'), text(options, 'type')];
  if (stream !== undefined && key !== stream) return false;
  return type === undefined || fieldsOf(value)?.['type'] === type;
}

/** Time, stream, number and type of an event; of anything else where it stands and what it begins with. */
function lineOf({ partition, offset, key, value }: IncomingMessage): string {
  const event = fieldsOf(value);
  if (typeof event?.['recordedtime'] === 'string') {
    const { recordedtime, subject, sequence, type } = event;
    return `${recordedtime}  ${subject}  ${Number(sequence)}  ${type}`;
  }
  return `${partition}/${offset}  ${key ?? ''}  ${String(value ?? '').slice(0, 200)}`;
}

function fieldsOf(value: Buffer | null): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
