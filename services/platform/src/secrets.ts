import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Config, ConfigError } from './config.ts';

const KEY_BYTES = 32;

/**
 * The key that all processes of a log share: the file that is named, which is never made here, or one in `DATA_DIR`.
 *
 * @throws ConfigError
 */
export async function ownOrShared(config: Config, name: keyof Config['keyFiles'], logIsNew: boolean): Promise<Buffer> {
  const shared = config.keyFiles[name];
  if (shared === undefined) return keyFile(join(config.dataDir, 'keys', `${name}.key`), logIsNew);
  return keyFile(shared, false).catch((cause: unknown) => {
    throw new ConfigError(`${name.toUpperCase()}_KEY_FILE: ${shared} cannot be read as a key of ${KEY_BYTES} bytes`, { cause });
  });
}

/**
 * A 32-byte key in a file of its own (mode 0600), made when it is first needed.
 *
 * @throws ConfigError when it is missing although the log is not new: another key would make other bytes of the same events
 */
async function keyFile(path: string, logIsNew: boolean): Promise<Buffer> {
  try {
    const key = await readFile(path);
    if (key.length !== KEY_BYTES) throw new ConfigError(`${path} does not hold a key of ${KEY_BYTES} bytes`);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (!logIsNew) throw new ConfigError(`${path} is missing, but the log is not new: bring the key back from where the log was`);
  return makeKey(path);
}

async function makeKey(path: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(key);
    await file.sync();
  } finally {
    await file.close();
  }
  return key;
}
