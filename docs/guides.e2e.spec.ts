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
const PATIENCE_MS = 480_000;

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
    'Hospital,Contact role,Treatment,Patient',
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
  'auditor.zh-CN.md': [
    '"upTo":',
    '"reason":"donor-ineligible"',
    'VERIFIED: complete to size',
    '两个核验程序结论一致',
    'REFUSED: body-digest-mismatch in line',
    'entries that you saved',
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
  'ten-minutes.md': [
    'ADMSC-P4-20260723-03-02: RED: this bag must not be given\n  - WRONG PATIENT: this bag is not meant for this patient.',
    'ADMSC-P4-20260723-03-02: GREEN: this bag may be given',
    'ADMSC-P4-20261012-01-01: AMBER: read this before it is given',
    'results are pending: 3.',
    'recorded batch.unit-infusion-authorised.v1',
    'recorded batch.unit-infusion-ended.v1\nrecorded treatment.infusion-recorded.v1\n',
    '40 % were given, which is 40 10*6.{cells}; the treatment records a dose of 50 10*6.{cells}. [infusion.dose-disagrees-with-fraction]',
    'recorded treatment.corrected.v1',
    'ADMSC-P4-20261012-01-01  40        40 10*6.{cells} viable  30 mL volume, discarded  fever\n',
    'T16:40:00+08:00, recorded 2',
    'copied once; level release-ready',
    'T16:40:00+08:00  copied from BR-2026-117 p. 31 (image KS5ewCBlO_gf…) by staff-lab-a-02, checked by staff-lab-a-01',
    'sterility 14 d failed. It is answered by an out-of-specification investigation. [batch.test-failed]',
    'A critical deviation is open (policy.result-failed-after-infusion).',
    ': physician not told (24 h, ',
    ': physician not told (24 h, ',
    'ADMSC-P4-20261012-01-02: RED: this bag must not be given\n  - sterility 14 d of the batch',
    'hospital-a  26    26     24    24          2          0        0\n',
    'hospital-b  17    17     16    16          0          0        1\n',
    'lab-a       0     5      0     0           0          3        2\n',
    'in all      43    48     40    40          2          3        3\n',
    '48 made = 3 on hand + 0 in transit + 40 infused + 3 sampled + 0 used as input + 2 discarded + 0 unaccounted for\n',
    'courier-a   quarantine, recall  in transit',
    '25 made = 12 on hand + 1 in transit + 4 infused + 3 sampled + 5 used as input + 0 discarded + 0 unaccounted for\n',
    'hospital-a  fis-a-01  ',
    'hospital-a  fis-a-02  ',
    'hospital-b  fis-b-01  ',
    'hospital-b  fis-b-03  ',
    'hospital-b  17    0        0     0            0          17           not yet',
    'Units accounted for, %: 64.6\nSilent sites: hospital-b\n',
    'recorded correction.proposed.v1\n',
    '[correction.infusion-taken-back]',
    'recorded correction.approved.v1\n',
    'recorded batch.unit-infused.v1\n',
    'recorded treatment.infusion-recorded.v1\n',
    'ADMSC-P4-20261012-01-02            100 10*6.{cells} viable\n',
    '["bag 03: taken back","bag 02: stands"]',
    '["viability: passed","endotoxin: passed","sterility 14 d: pending"]',
    '["viability: passed","endotoxin: passed","sterility 14 d: failed"]',
    '["critical","infusion.without-authorisation"]',
    '["critical","policy.result-failed-after-infusion"]',
    'body-digest-mismatch',
    'exit code 1',
    'REFUSED: body-digest-mismatch in line ',
    'exit code 1',
    'VERIFIED: complete to size ',
    'dossier.html:BR-2026-117',
    'dossier.html:conditional release<',
    'dossier.html:林静 Lin Jing (staff-lab-a-03)',
    'dossier.zh.html:有条件放行<',
    'BMMSC-P5-20260615-01-04  lab-a       released\n',
    '4 made = 2 on hand + 0 in transit + 1 infused + 1 sampled + 0 used as input + 0 discarded + 0 unaccounted for\n',
    ': materials used: record lost',
    ': storage history: not exported from the source system',
  ],
  'ten-minutes.zh-CN.md': [
    'ADMSC-P4-20260723-03-02: 红灯 RED：这袋细胞不可输注\n  - 患者不符',
    'ADMSC-P4-20260723-03-02: 绿灯 GREEN：这袋细胞可以输注',
    'ADMSC-P4-20261012-02-01: 黄灯 AMBER',
    'recorded batch.unit-infusion-ended.v1\nrecorded treatment.infusion-recorded.v1\n',
    '[infusion.dose-disagrees-with-fraction]',
    'ADMSC-P4-20261012-02-01  40  ',
    '  40 10*6.{cells} viable  30 mL volume, discarded  ',
    'copied from BR-2026-117 p. 31 (image KS5ewCBlO_gf…) by staff-lab-a-02, checked by staff-lab-a-01',
    '[batch.test-failed]',
    'policy.result-failed-after-infusion',
    'ADMSC-P4-20261012-02-02: 红灯 RED',
    '合计        43    48      40      40      2       3     3\n',
    '制成 48 = 在库 3 + 在途 0 + 已输注 40 + 取样 3 + 投料 0 + 已销毁 2 + 去向不明 0\n',
    '制成 25 = 在库 12 + 在途 1 + 已输注 4 + 取样 3 + 投料 5 + 已销毁 0 + 去向不明 0\n',
    '已交代单元比例（%）: 64.6\n未答复机构: hospital-b\n',
    'recorded correction.approved.v1\n',
    '["03 号袋：已撤回","02 号袋：有效"]',
    'sterility 14 d: pending',
    'sterility 14 d: failed',
    'body-digest-mismatch',
    'REFUSED: body-digest-mismatch in line ',
    'VERIFIED: complete to size ',
    'dossier.zh.html:有条件放行<',
    '所用物料：记录遗失',
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
