import { createHash } from 'node:crypto';
import { realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutboxError } from './errors.ts';

/**
 * One sender for a folder on one machine. A socket is the lock, because the system lets go of it however the process ends: no lock file that a
 * power failure leaves behind.
 *
 * @param patienceMs how long to wait for a sender that is at it
 * @throws OutboxError `locked`
 */
export async function lockSender(dir: string, patienceMs = 0): Promise<() => Promise<void>> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await lock(dir);
    } catch (error) {
      if (!(error instanceof OutboxError) || Date.now() >= until) throw error;
      await sleep(POLL_MS);
    }
  }
}

const POLL_MS = 50;

async function lock(dir: string): Promise<() => Promise<void>> {
  const name = createHash('sha256')
    .update(await realpath(dir))
    .digest('hex')
    .slice(0, 32);
  const server = await listen(addressOf(name), dir);
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function addressOf(name: string): string {
  if (process.platform === 'linux') return `\0cytoledger-outbox-${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\cytoledger-outbox-${name}`;
  return join(tmpdir(), `cytoledger-${name}.sock`);
}

async function listen(address: string, dir: string): Promise<Server> {
  try {
    return await listening(address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (!address.endsWith('.sock') || (await answers(address))) {
      throw new OutboxError('locked', `another process is sending from ${dir}`);
    }
    await unlink(address);
    return listening(address);
  }
}

function listening(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(address, () => resolve(server));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
