import { runToEnd } from './child.mjs';
import { ready } from './dependencies.mjs';
import { PLATFORM_ENVIRONMENT, PLATFORM_FLAGS } from './platform-flags.mjs';

/** Starts a Kafka on this machine first, and relays the log to it. */
const KAFKA = '--kafka';

/**
 * Runs the whole platform in one process until it is stopped.
 *
 * @param {string} root
 * @param {readonly string[]} args `--kafka` is for here; the others are passed on as they are
 * @returns {Promise<number>} exit code
 */
export function start(root, args) {
  const node = ready(root);
  const withKafka = args.includes(KAFKA) ? ['infra/kafka/with-kafka.ts', node] : [];
  const passedOn = args.filter((arg) => arg !== KAFKA);
  return runToEnd(node, [...withKafka, ...PLATFORM_FLAGS, 'services/platform/src/main.ts', ...passedOn], {
    cwd: root,
    env: { ...PLATFORM_ENVIRONMENT, ...process.env },
  });
}
