import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readPolicy, type VerifiedHeads, verifyHeadsNote, verifyReleasedCheckpoint } from '@cytoledger/attest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../main.ts');
const PATIENCE = { timeout: 45_000, interval: 200 };

let dataDir: string;
let platform: ChildProcess;
let url: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'demo-attestors-'));
  platform = spawn(process.execPath, [MAIN, '--empty'], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await new Promise((found, failed) => {
    let said = '';
    platform.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const at = /^Listening on\s+(\S+)/m.exec(said)?.[1];
      if (at) found(at);
    });
    platform.once('exit', (code) => failed(new Error(`the platform ended with ${code}: ${said}`)));
  });
});
afterAll(async () => {
  if (platform?.exitCode === null) {
    const ended = new Promise((done) => platform.once('exit', done));
    platform.kill('SIGTERM');
    await ended;
  }
  await rm(dataDir, { recursive: true, force: true });
});

describe('a demonstration', () => {
  it('releases what three of its four witnesses have cosigned, and heads that its monitor has checked', async () => {
    const policy = readPolicy(await readFile(join(dataDir, 'attestation', 'policy.txt'), 'utf8'));
    expect(policy).toMatchObject({ quorum: 3, monitorQuorum: 1 });
    expect(policy.witnesses).toHaveLength(4);
    const heads = await vi.waitFor(async (): Promise<VerifiedHeads> => {
      const verified = verifyHeadsNote(await (await fetch(`${url}/log/heads`)).text(), policy);
      expect(verified.monitored).toBe(true);
      return verified;
    }, PATIENCE);
    const { checkpoint, cosignatures } = verifyReleasedCheckpoint(await (await fetch(`${url}/log/checkpoint`)).text(), policy);
    expect(cosignatures.length).toBeGreaterThanOrEqual(3);
    expect(checkpoint.size).toBeGreaterThanOrEqual(heads.heads.size);
  });
});
