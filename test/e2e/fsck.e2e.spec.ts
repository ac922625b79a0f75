import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EXIT, type Io, runCli } from '@cytoledger/cli';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PERSONS = 40;

let folder: string;
let platform: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-fsck-e2e-'));
  // As `npm start -- --empty` runs it: with the demonstration's own witnesses and monitor.
  const main = fileURLToPath(new URL('../../services/platform/src/main.ts', import.meta.url));
  const env = { ...process.env, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' };
  platform = spawn(process.execPath, [main, '--empty'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await listening(platform);
  const path = join(folder, 'persons.ndjson');
  await writeFile(path, Array.from({ length: PERSONS }, (_, n) => person(n)).join('\n'));
  const { exit } = await cytoledger(['import', path, '--as', 'hospital.physician'], { CYTOLEDGER_URL: url, DATA_DIR: folder });
  expect(exit).toBe(EXIT.done);
  await attested();
}, 120_000);
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

function listening(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the platform ended with ${code}: ${said}`)));
    child.stdout!.on('data', (chunk) => {
      said += String(chunk);
      const url = /Tokens[\s\S]*(http:\/\/127\.0\.0\.1:\d+)|(http:\/\/127\.0\.0\.1:\d+)[\s\S]*Tokens/.exec(said);
      if (url) resolve((url[1] ?? url[2])!);
    });
  });
}

async function stop(): Promise<void> {
  const child = platform;
  platform = undefined;
  if (!child || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const person = (n: number) =>
  JSON.stringify({
    type: 'person.registered.v1',
    stream: `person-donor-fsck-${n}`,
    occurredAt: '2026-11-21T10:00:00+08:00',
    capture: { mode: 'direct', precision: 'min' },
    data: { role: 'donor' },
  });

async function cytoledger(args: readonly string[], env: Record<string, string> = {}): Promise<{ exit: number; out: string }> {
  const out: string[] = [];
  const io: Io = {
    env,
    stdin: (async function* () {})(),
    stdout: { write: (text) => out.push(String(text)) > 0 },
    stderr: { write: () => true },
    signal: new AbortController().signal,
  };
  const exit = await runCli(args, io);
  return { exit, out: out.join('') };
}

type Result = {
  events: number;
  faultCount: number;
  faults: { code: string; stream?: string; leaf?: number; file?: string; record?: number }[];
  attested: { size: number; compared: number; heads: number | null; headsFile: boolean; signatures: boolean } | null;
};

async function fsck(): Promise<Result & { exit: number }> {
  const { exit, out } = await cytoledger(['fsck', '--data-dir', folder, '--json']);
  return { exit, ...(JSON.parse(out) as Result) };
}

/** Until everything was signed, and a heads note knows of it. */
async function attested(): Promise<void> {
  for (;;) {
    const { events, attested: done } = await fsck();
    if (done && done.size >= events && done.heads === done.size) return;
    await delay(250);
  }
}

describe('what the platform attested', () => {
  it('agrees with the log while it runs, signatures included', async () => {
    const { exit, attested: done, events } = await fsck();

    expect(exit).toBe(EXIT.done);
    expect(done).toMatchObject({ size: events, compared: events, heads: events, headsFile: false, signatures: true });
  });

  it('agrees with the log when it is stopped, the heads map page by page', async () => {
    await stop();

    expect(await fsck()).toMatchObject({ exit: EXIT.done, faultCount: 0, attested: { headsFile: true } });
  });

  it('betrays a byte of the index, and a byte of a tile', async () => {
    await flip('index', 7 * 16 + 7);
    await flip('log/height-00', 21 * 32);

    const { exit, faults } = await fsck();

    await flip('index', 7 * 16 + 7);
    await flip('log/height-00', 21 * 32);
    expect(exit).toBe(EXIT.no);
    expect(faults).toMatchObject([
      { code: 'index-mismatch', file: 'index', record: 7 },
      { code: 'tile-damaged', file: 'log/height-00', record: 21 },
    ]);
  });

  it('betrays a row that was altered, and newest rows that were removed', async () => {
    const db = new DatabaseSync(join(folder, 'log.db'));
    db.exec(`UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'donor"', 'danor"') AS BLOB) WHERE body LIKE '%donor-fsck-5"%';
      DELETE FROM events WHERE position = (SELECT max(position) FROM events)`);
    db.close();

    const { exit, faults, attested: done } = await fsck();

    expect(exit).toBe(EXIT.no);
    expect(faults).toMatchObject([
      { code: 'body-digest-mismatch', stream: 'person-donor-fsck-5' },
      { code: 'event-missing', leaf: done!.size - 1 },
    ]);
  });
});

async function flip(file: string, at: number): Promise<void> {
  const path = join(folder, 'attestation', file);
  const bytes = await readFile(path);
  bytes[at]! ^= 1;
  await writeFile(path, bytes);
}
