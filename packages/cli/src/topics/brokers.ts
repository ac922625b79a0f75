import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrokerSettings, MessagingError, readBrokerSettings } from '@cytoledger/messaging';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../io.ts';
import { type Options, text } from '../options.ts';

const CLIENT = 'cytoledger-cli';

/** Where `npm start -- --kafka` says where its broker listens. */
const BESIDE_THE_DEMO = ['kafka', 'brokers.txt'];

/** @throws CliError */
export async function brokerSettings(options: Options, { env }: Io): Promise<BrokerSettings> {
  const brokers = text(options, 'brokers') ?? env['KAFKA_BROKERS'] ?? (await besideTheDemo(env['DATA_DIR'] ?? 'data'));
  try {
    const settings = readBrokerSettings({ ...env, ...(brokers !== undefined && { KAFKA_BROKERS: brokers }) }, CLIENT);
    if (settings) return settings;
  } catch (error) {
    if (!(error instanceof MessagingError)) throw error;
    throw new CliError(error.message);
  }
  throw new CliError('no broker', 'Set --brokers or KAFKA_BROKERS; or start the demonstration with npm start -- --kafka.');
}

async function besideTheDemo(dataDir: string): Promise<string | undefined> {
  const file = await readFile(join(dataDir, ...BESIDE_THE_DEMO), 'utf8').catch(() => undefined);
  return file?.trim();
}

/** @throws CliError for what a broker refused or could not be asked */
export function unreachable(error: unknown): never {
  if (!(error instanceof MessagingError)) throw error;
  throw new CliError(
    `Kafka: ${error.message} (${error.code})`,
    'Is the broker there, and may you use the topic?',
    EXIT.unreachable,
  );
}
