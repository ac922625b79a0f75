import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoProcess, startDemoProcess } from '../test/e2e/demo-process.fixture.ts';
import { missedSteps } from '../test/e2e/steps.fixture.ts';

const ROOT = resolve(import.meta.dirname, '..');
const GUIDES = join(import.meta.dirname, 'guides');
/** Plays the scenarios, then runs some dozens of commands. */
const PATIENCE_MS = 240_000;

/** What a reader of each guide must have seen, in this order. */
const SEEN: Readonly<Record<string, readonly string[]>> = {
  'laboratory.md': [
    '"rule":"donation.collection-missing"',
    '"type":"batch.unit-labelled.v1"',
    '"type":"material.prepared.v1"',
    '["NB-FBS-2610","recalled (',
    '"rule":"batch.slot-occupied"',
    '"type":"batch.passaged.v1"',
    '/entries/0/data/confluence',
    'two copies compared; level release-ready',
    'copied from BR-2026-117 p. 15',
    '"type":"batch.corrected.v1"',
    '2 lines: 2 recorded, 0 recorded before, 0 refused',
    '2 lines: 0 recorded, 2 recorded before, 0 refused',
    '{"line":1,"status":201',
    '1 waiting',
    '1 sent, 0 refused',
    '1 proven, 0 pending, 0 overdue',
    '1 included, 0 pending, 0 overdue, 0 contradicted',
    '"type":"fact.reconciled.v1"',
  ],
  'qc.md': [
    '"rule":"batch.test-failed"',
    '"allowed":false',
    '"type":"sample.report-revised.v1"',
    '"type":"batch.deviation-closed.v1"',
    '"type":"batch.conditionally-released.v1"',
    '"allowed":true',
    '"type":"batch.released.v1"',
    '"type":"batch.quarantine-lifted.v1"',
    '"trace":"failure"',
    'Hospital,Treatment,Patient',
    '"type":"batch.recalled.v1"',
    '"type":"recall.acknowledged.v1"',
    '"accountedPercent":"100.0"',
    '"type":"recall.closed.v1"',
    'Units accounted for, %: 100.0',
    '"type":"correction.approved.v1"',
    '"refusedBy":[]',
    '"type":"query.closed.v1"',
    '"source":"urn:cytoledger:demo.invalid/',
    '{"position":"',
  ],
  'hospital.md': [
    '"type":"treatment.consented.v1"',
    '"type":"batch.released.v1"',
    '"type":"batch.unit-allocated.v1"',
    '"type":"shipment.received.v1"',
    '"light":"green"',
    'GREEN',
    '"type":"batch.unit-infusion-authorised.v1"',
    '"type":"treatment.infusion-recorded.v1"',
    '"light":"green"',
    '"rule":"bedside.other-patient"',
    '*** AGE',
    'GREEN: this bag may be given',
    '红灯 RED',
    '"type":"treatment.adverse-event-updated.v1"',
    '"kind":"visit"',
    '"type":"treatment.visit-recorded.v1"',
    '"trace":"donors"',
  ],
  'auditor.md': [
    '"upTo":',
    '"after":"ineligible"',
    '"reason":"donor-ineligible"',
    'VERIFIED: complete to size',
    'both verifiers agree',
    'REFUSED: body-digest-mismatch in line',
    'entries that you saved',
    '"meaning":"release"',
    'lab-a staff-lab-a-03 lab.qa',
    '\ntrue\n',
    'is as it was sealed',
  ],
  'operator.md': ['is as it was sealed', '"status":"ready"', 'cytoledger_policy_lag_seconds'],
  'witness.md': [
    'witness.example.org+',
    '— witness.example.org ',
    '\n200\n',
    '\n409\n',
    'monitor.example.org+',
    'entries are as they must be',
  ],
  'cli.md': [
    '1 recorded, 0 recorded before, 1 refused',
    '5 containers of 2 lots read, 8 events; dry run: nothing was recorded; 1 findings, 6 warnings',
    'RED',
    'GREEN',
    '"type":"key.enrolled.v1"',
    '"type":"key.revoked.v1"',
    '1 lines: 1 recorded, 0 recorded before, 0 refused; 0 findings',
    '1 lines: 0 recorded, 1 recorded before, 0 refused; 0 findings',
    '1 sent, 0 refused',
    '1 proven, 0 pending, 0 overdue',
    '1 included, 0 pending, 0 overdue, 0 contradicted',
    'is as it was sealed',
  ],
};

const missing = ['bash', 'curl', 'openssl', 'python3'].filter((tool) => !runs(tool));
if (missing.length > 0) console.warn(`skipped: the commands of the guides need ${missing.join(', ')}`);

function runs(tool: string): boolean {
  try {
    execFileSync(tool, [tool === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let folder: string;
let platform: DemoProcess;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (missing.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), 'guides-'));
  platform = await startDemoProcess({ DATA_DIR: join(folder, 'data'), TMPDIR: folder });
  env = { ...platform.env, H: platform.url };
}, PATIENCE_MS);
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The commands of a guide, in order, after the functions that they use. */
async function commandsOf(guide: string): Promise<string> {
  const pages = [await readFile(join(GUIDES, 'commands.md'), 'utf8'), await readFile(join(GUIDES, guide), 'utf8')];
  return pages.flatMap((page) => [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block)).join('\n');
}

it('every guide says what its reader has to see', async () => {
  const guides = (await readdir(GUIDES)).filter((page) => page.endsWith('.md') && page !== 'commands.md');
  expect(Object.keys(SEEN).sort()).toEqual(guides.sort());
});

describe.skipIf(missing.length > 0)('the commands of', () => {
  it.each(Object.entries(SEEN))(
    '%s do what the guide says, and nothing is refused that should not be',
    async (guide, seen) => {
      const script = `set -eu\n${await commandsOf(guide)}`;
      const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 });
      expect(missedSteps(stdout, seen)).toEqual([]);
      expect(stdout.split('\n').filter((line) => line.startsWith('{"type":"urn:cytoledger:problem:'))).toEqual([]);
    },
    PATIENCE_MS,
  );
});
