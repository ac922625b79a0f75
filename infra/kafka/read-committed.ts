import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kafkaLibraries } from './artefacts.ts';
import { KafkaServerError } from './errors.ts';

export type CommittedRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
};

/** Everything that stands committed in these topics, each partition in its order, as Kafka's own Java client reads it. */
export async function* readCommitted(brokers: readonly string[], topics: readonly string[]): AsyncGenerator<CommittedRecord> {
  const program = fileURLToPath(new URL('ReadCommitted.java', import.meta.url));
  const child = spawn('java', ['-Xmx256m', '-cp', join(await kafkaLibraries(), '*'), program, brokers.join(), topics.join()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const [topic, partition, offset, key, value] = line.split('\t') as [string, string, string, string, string];
    yield { topic, partition: Number(partition), offset: Number(offset), key, value };
  }
  const code = await ended;
  if (code !== 0) throw new KafkaServerError('did-not-start', `the topics could not be read: ${said}`);
}
