// `node with-kafka.ts <command> [argument…]`: runs a command beside a Kafka of its own, whose topics live on in DATA_DIR.
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runToEnd } from '../local/child.mjs';
import { KafkaServerError } from './errors.ts';
import { startKafka } from './kafka-cluster.ts';

const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new TypeError('with-kafka.ts needs a command');

try {
  process.stdout.write('Kafka starts (the first time it is fetched by Maven) …\n');
  const folder = join(resolve(process.env['DATA_DIR'] ?? './data'), 'kafka');
  const cluster = await startKafka({ folder });
  const brokers = cluster.brokers.join();
  // For whoever looks at the topics from another terminal.
  await writeFile(join(folder, 'brokers.txt'), `${brokers}\n`);
  process.stdout.write(`Kafka listens on ${brokers}\n`);
  process.exitCode = await runToEnd(command, args, { env: { ...process.env, KAFKA_BROKERS: brokers } });
  await cluster.stop();
} catch (error) {
  if (!(error instanceof KafkaServerError)) throw error;
  process.stderr.write(`Kafka did not start: ${error.message}\n`);
  process.exitCode = 1;
}
