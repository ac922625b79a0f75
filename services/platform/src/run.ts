import { EventStoreError } from '@cytoledger/event-store';
import { VaultError } from '@cytoledger/vault';
import { WitnessError } from '@cytoledger/witness';
import { ConfigError, readConfig } from './config.ts';
import { type DemoAttestors, demoAttestors, presentDemo } from './demo/index.ts';
import { type Platform, startPlatform } from './platform.ts';

/** Starts, says where to look, and stops cleanly on SIGINT and SIGTERM. */
export async function run(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> {
  let attestors: DemoAttestors | undefined;
  try {
    attestors = await demoAttestors(readConfig(env, args), env);
    const config = readConfig({ ...env, ...attestors.env }, args);
    const platform = await startPlatform(config);
    const demo = new AbortController();
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (stopping) return;
        stopping = true;
        demo.abort();
        void closeAll(platform, attestors!).then(() => process.exit(0));
      });
    }
    // Only now: who reads this line may stop the process at once.
    process.stdout.write(`Cytoledger listens on ${platform.url}\n`);
    await attestors.watch(platform);
    await presentDemo(platform, config, demo.signal);
  } catch (error) {
    await attestors?.unwatch();
    await attestors?.stop();
    const foreseen = [ConfigError, EventStoreError, VaultError, WitnessError].some((kind) => error instanceof kind);
    if (!foreseen) throw error;
    process.stderr.write(`Cytoledger did not start: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

async function closeAll(platform: Platform, attestors: DemoAttestors): Promise<void> {
  await attestors.unwatch();
  await platform.close();
  await attestors.stop();
}
