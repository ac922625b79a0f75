import { existsSync } from 'node:fs';
import { demoPolicyFile } from '../../attestation/policy.ts';
import { type Config, mounts } from '../../config.ts';
import type { Platform } from '../../platform.ts';
import { type DemoMonitor, startDemoMonitor } from './demo-monitor.ts';
import { startDemoWitnesses } from './demo-witnesses.ts';

/** Witnesses and a monitor beside a demonstration. */
export type DemoAttestors = {
  /** What the platform's environment says besides. */
  readonly env: { readonly WITNESSES?: string };
  /** Once the platform listens. */
  watch(platform: Platform): Promise<void>;
  /** Before the platform closes: a monitor would wonder where it is. */
  unwatch(): Promise<void>;
  /** After it has closed: until then it may ask the witnesses. */
  stop(): Promise<void>;
};

const NONE: DemoAttestors = { env: {}, watch: async () => {}, unwatch: async () => {}, stop: async () => {} };

/** Those of a demonstration that attests and was not told of witnesses elsewhere. */
export async function demoAttestors(
  config: Pick<Config, 'mode' | 'dataDir' | 'services' | 'attestation'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DemoAttestors> {
  if (config.mode !== 'demo' || !mounts(config, 'attestation') || env['WITNESSES'] !== undefined || env['POLICY'] !== undefined)
    return NONE;
  const onFault = (message: string) => void process.stderr.write(`${message}\n`);
  const folders = { dataDir: config.dataDir, folder: config.attestation.folder };
  const witnesses = await startDemoWitnesses(folders, onFault);
  let monitor: DemoMonitor | undefined;
  return {
    env: { WITNESSES: witnesses.addresses },
    watch: async ({ url, issuer }) => {
      if (issuer && existsSync(demoPolicyFile(folders.folder)))
        monitor = await startDemoMonitor({ folders, url, issuer }, onFault);
    },
    unwatch: async () => {
      await monitor?.stop();
      monitor = undefined;
    },
    stop: () => witnesses.stop(),
  };
}
