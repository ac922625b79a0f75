import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Four, so that a quorum of three tolerates one that lies or sleeps. */
export const WITNESSES: readonly string[] = ['demo-witness-1', 'demo-witness-2', 'demo-witness-3', 'demo-witness-4'];
export const MONITOR = 'demo-monitor';

export const attestationFolder = (dataDir: string) => join(dataDir, 'attestation');
export const policyFile = (dataDir: string) => join(attestationFolder(dataDir), 'policy.txt');
export const witnessFolder = (dataDir: string, name: string) => join(attestationFolder(dataDir), 'witnesses', name);
export const monitorFolder = (dataDir: string, name: string) => join(attestationFolder(dataDir), 'monitors', name);

/** The command line, and what its process is given. */
export function commandOf(dataDir: string): { readonly main: string; readonly env: NodeJS.ProcessEnv } {
  const { PATH, TMPDIR, HOME } = process.env;
  return {
    main: fileURLToPath(import.meta.resolve('@cytoledger/cli/main')),
    // Read and compiled once for all of them, and for every start that follows.
    env: { PATH, TMPDIR, HOME, NODE_COMPILE_CACHE: join(dataDir, 'demo', 'compiled') },
  };
}
