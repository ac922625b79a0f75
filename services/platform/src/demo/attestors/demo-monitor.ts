import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoPolicyFile } from '../../attestation/policy.ts';
import type { LocalIssuer } from '../../issuer.ts';
import { commandOf, type DemoFolders, MONITOR, monitorFolder } from './folders.ts';
import { SupervisedChild } from './supervised-child.ts';

export type DemoMonitor = { pid(): number | undefined; stop(): Promise<void> };

/** Tokens of the demonstration last for hours. */
const RENEWED_MS = 3_600_000;
/** The monitor's exit code after an alarm, with which it has to be left alone. */
const ALARMED = 1;

/** The monitor of a demonstration, in a process of its own, once the platform listens. */
export async function startDemoMonitor(
  { folders, url, issuer }: { readonly folders: DemoFolders; readonly url: string; readonly issuer: LocalIssuer },
  onFault: (message: string) => void,
): Promise<DemoMonitor> {
  const folder = monitorFolder(folders.folder, MONITOR);
  const tokenFile = join(folder, 'token');
  const renew = async () => {
    const token = await issuer.token({ org: MONITOR, client_id: MONITOR, roles: ['log.monitor'] });
    await writeFile(`${tokenFile}.next`, `${token}\n`, { mode: 0o600 });
    await rename(`${tokenFile}.next`, tokenFile);
  };
  await renew();
  const renewing = setInterval(() => void renew().catch((error: Error) => onFault(`${MONITOR}: ${error.message}`)), RENEWED_MS);
  renewing.unref();
  const { main, env } = commandOf(folders);
  const child = new SupervisedChild({
    name: MONITOR,
    args: () => [
      main,
      'monitor',
      ...['--folder', folder],
      ...['--policy', demoPolicyFile(folders.folder)],
      ...['--url', url],
      ...['--token-file', tokenFile],
      '--supervised',
    ],
    env,
    onLine: (line) => {
      if (line.includes(' ALARM ')) onFault(`${MONITOR}: ${line}`);
    },
    onFault,
    final: ALARMED,
  });
  return {
    pid: () => child.pid,
    stop: async () => {
      clearInterval(renewing);
      await child.stop();
    },
  };
}
