import { existsSync } from 'node:fs';
import type { Config } from '../../config.ts';
import type { Platform } from '../../platform.ts';
import { type DemoMonitor, startDemoMonitor } from './demo-monitor.ts';
import { startDemoWitnesses } from './demo-witnesses.ts';
import { policyFile } from './folders.ts';

/** Witnesses and a monitor beside a demonstration. */
export type DemoAttestors = {
  /** What the platform's environment says besides. */
  readonly env: { readonly WITNESSES?: string };
  /** Once the platform listens. */
  watch(platform: Platform): Promise<void>;
  stop(): Promise<void>;
};

const NONE: DemoAttestors = { env: {}, watch: async () => {}, stop: async () => {} };

/** Those of a demonstration that attests and was not told of witnesses elsewhere. */
export async function demoAttestors(
  { mode, dataDir, services }: Pick<Config, 'mode' | 'dataDir' | 'services'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DemoAttestors> {
  const attests = services.length === 0 || services.includes('attestation');
  if (mode !== 'demo' || !attests || env['WITNESSES'] !== undefined || env['POLICY'] !== undefined) return NONE;
  const onFault = (message: string) => void process.stderr.write(`${message}\n`);
  const witnesses = await startDemoWitnesses(dataDir, onFault);
  let monitor: DemoMonitor | undefined;
  return {
    env: { WITNESSES: witnesses.addresses },
    watch: async ({ url, issuer }) => {
      if (issuer && existsSync(policyFile(dataDir))) monitor = await startDemoMonitor({ dataDir, url, issuer }, onFault);
    },
    stop: async () => {
      await monitor?.stop();
      await witnesses.stop();
    },
  };
}
