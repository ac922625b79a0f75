import { EventStoreError } from '@cytoledger/event-store';
import { ConfigError, readConfig } from './config.ts';
import { startPlatform } from './platform.ts';

/** Starts, says where to look, and stops cleanly on SIGINT and SIGTERM. */
export async function run(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> {
  try {
    const platform = await startPlatform(readConfig(env, args));
    process.stdout.write(`Cytoledger listens on ${platform.url}\n`);
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (stopping) return;
        stopping = true;
        void platform.close().then(() => process.exit(0));
      });
    }
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof EventStoreError)) throw error;
    process.stderr.write(`Cytoledger did not start: ${error.message}\n`);
    process.exitCode = 1;
  }
}
