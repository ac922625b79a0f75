import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from './config.ts';

const KEY_BYTES = 32;

/**
 * A 32-byte key in a file of its own (mode 0600), made when it is first needed.
 *
 * @throws ConfigError when it is missing although the log is not new: another key would make other bytes of the same events
 */
export async function keyFile(path: string, logIsNew: boolean): Promise<Buffer> {
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
