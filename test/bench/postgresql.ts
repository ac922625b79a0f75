import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newFolder } from './platform.ts';

const run = promisify(execFile);

/** Where Debian's packages install each version. */
const DEBIAN = '/usr/lib/postgresql';

export type Cluster = AsyncDisposable & { readonly version: string; readonly connectionString: string };

/** The newest PostgreSQL that Debian's packages have installed here. */
export function installedPostgresql(): { readonly bin: string; readonly version: string } | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const version = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))[0];
  return version === undefined ? undefined : { bin: join(DEBIAN, version, 'bin'), version };
}

/** A cluster of its own in a temporary folder, on a socket there and no port, in Debian's defaults: what commits is on disk. */
export async function startCluster({ bin, version }: { readonly bin: string; readonly version: string }): Promise<Cluster> {
  const folder = await newFolder();
  const data = join(folder, 'pg');
  const as = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (as) await chown(folder, as.uid, as.gid);
  const options = { ...as, cwd: folder };
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-locale'], options);
  const settings = `-k ${folder} -c listen_addresses='' -c fsync=on -c synchronous_commit=on`;
  await run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(folder, 'pg.log'), '-o', settings, 'start'], options);
  return {
    version,
    connectionString: `postgresql://bench@/postgres?host=${encodeURIComponent(folder)}`,
    [Symbol.asyncDispose]: async () => {
      await run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', 'immediate', 'stop'], options);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL does not run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } {
  const of = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: of('-u'), gid: of('-g') };
}
