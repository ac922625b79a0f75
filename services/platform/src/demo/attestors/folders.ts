import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Four, so that a quorum of three tolerates one that lies or sleeps. */
export const WITNESSES: readonly string[] = ['demo-witness-1', 'demo-witness-2', 'demo-witness-3', 'demo-witness-4'];
export const MONITOR = 'demo-monitor';

/** Below the folder of the attestation service, which pins the keys that it finds there. */
export const witnessFolder = (folder: string, name: string) => join(folder, 'witnesses', name);
export const monitorFolder = (folder: string, name: string) => join(folder, 'monitors', name);

/** Where a demonstration keeps what. */
export type DemoFolders = { readonly dataDir: string /** Of the attestation service. */; readonly folder: string };

/** The command line, and what its process is given. */
export function commandOf({ dataDir }: DemoFolders): { readonly main: string; readonly env: NodeJS.ProcessEnv } {
  const { PATH, TMPDIR, HOME } = process.env;
  return {
    main: fileURLToPath(import.meta.resolve('@cytoledger/cli/main')),
    // Read and compiled once for all of them, and for every start that follows.
    env: { PATH, TMPDIR, HOME, NODE_COMPILE_CACHE: join(dataDir, 'demo', 'compiled') },
  };
}
