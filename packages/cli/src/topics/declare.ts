import type { CAC } from 'cac';
import type { ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { type Options, TEXT } from '../options.ts';

const BROKERS = [
  '--brokers <list>',
  'host:port,… [KAFKA_BROKERS, or those of npm start -- --kafka]; TLS and password as in KAFKA_…',
  TEXT,
] as const;

type Ends = (action: (...given: never[]) => Promise<ExitCode>) => (...given: never[]) => Promise<void>;

/** A look at topics, and a word into them, by hand. Loaded only when it is asked for: hardly any other command needs a Kafka client. */
export function declareTopics(cli: CAC, io: Io, ends: Ends): void {
  cli
    .command('follow <topic>', 'Show what stands in a Kafka topic of the platform, and what comes')
    .option(...BROKERS)
    .option('--stream <stream>', 'Only this one, for instance batch-…', TEXT)
    .option('--type <type>', 'Only these, for instance batch.test-recorded.v1', TEXT)
    .option('--count <n>', 'End after so many', TEXT)
    .option('--group <name>', 'Go on where this consumer group was [everything, from the beginning]', TEXT)
    .option('--json', 'Whole messages, one a line')
    .action(ends(async (topic: string, options: Options) => (await import('./follow.ts')).follow(topic, options, io)));
  cli
    .command('produce [file]', 'Sign a testing laboratory’s statement, send it over Kafka, and print what became of it')
    .option(...BROKERS)
    .option('--key <file>', 'Private key of the sender, as keygen wrote it', TEXT)
    .option('--topic <topic>', 'Where to [cytoledger.qc-results.v1]', TEXT)
    .option('--wait <seconds>', 'For the answer [30]', TEXT)
    .action(
      ends(async (file: string | undefined, options: Options) => (await import('./produce.ts')).produce(file, options, io)),
    );
}
