import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, type Io, runCli } from '@cytoledger/cli';
import { createClient, newEventId } from '@cytoledger/client';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const PRODUCT = newEventId();
const AT = { occurredAt: '2026-11-21T10:00:00+08:00', capture: { mode: 'import', precision: 'min' } } as const;

let folder: string;
let platform: Platform;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-bank-'));
  platform = await startPlatform(readConfig({ DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
  env = {
    CYTOLEDGER_URL: platform.url,
    CYTOLEDGER_TOKEN: await platform.issuer!.token({ org: 'lab-a', roles: ['lab.qa'], person: 'staff-0001' }),
  };
  await said('site.admin', `/v1/products/${PRODUCT}/specifications`, {
    version: 1,
    name: { zh: '脐带间充质干细胞', en: 'UC-MSC' },
    autologous: false,
    lines: [
      {
        line: '1',
        test: 'sterility',
        method: 'SOP',
        stage: 'release',
        limit: { op: 'is', anyOf: ['negative'] },
        mandatory: true,
      },
    ],
  });
});
afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

async function said(role: string, path: string, data: object): Promise<void> {
  const token = await platform.issuer!.token({ org: 'lab-a', roles: [role, 'lab.qa'], person: 'staff-0001' });
  const answer = await fetch(platform.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: newEventId(), ...AT, data }),
  });
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

async function cytoledger(...args: readonly string[]) {
  const heard = { out: [] as string[], err: [] as string[] };
  const io: Io = {
    env,
    stdin: (async function* () {})(),
    stdout: { write: (text) => heard.out.push(String(text)) > 0 },
    stderr: { write: (text) => heard.err.push(String(text)) > 0 },
    signal: new AbortController().signal,
  };
  const exit = await runCli(args, io);
  return { exit, out: heard.out.join(''), err: heard.err.join('') };
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const about = (over: object = {}) =>
  file(
    'about.json',
    JSON.stringify({
      site: 'lab-a',
      product: { id: PRODUCT, specification: 1 },
      autologous: false,
      tier: 'master',
      source: { kind: 'binder', name: 'MCB binder 3' },
      declared: [{ about: 'processing', grade: 'original' }],
      gaps: [
        { about: 'materials', reason: 'lost' },
        { about: 'donor-screening', reason: 'never-recorded' },
      ],
      verifiers: ['staff-0021', 'staff-0022'],
      ...over,
    }),
  );
const register = (name: string, ...rows: readonly string[]) =>
  file(name, ['批号,编号,代次,冻存日期,数量,位置', ...rows].join('\r\n'));

const client = () => createClient({ url: platform.url, token: env['CYTOLEDGER_TOKEN']! });
/** The read side follows: asked again until it knows of the bank and of all its places, which the import says last. */
const bank = () =>
  vi.waitFor(
    async () => {
      const found = (await client().search('MCB-2019-03')).find(({ kind }) => kind === 'batch');
      if (!found) throw new Error('the read side does not know of the bank yet');
      const { rows: units } = (await client().trace('units', { batch: found.id })) as unknown as {
        rows: { tank: string | null }[];
      };
      if (units.filter(({ tank }) => tank !== null).length < UNITS)
        throw new Error('the read side does not know of all places yet');
      return found.id;
    },
    { timeout: 45_000, interval: 100 },
  );

/** In the register that is imported. */
const UNITS = 3;

describe('a bank register', () => {
  const rows = [
    'MCB-2019-03,MCB-2019-03-01,P3,2019/3/12,500万,T1-R2-B3-1',
    'MCB-2019-03,MCB-2019-03-02,P3,2019/3/12,500万,T1-R2-B3-2',
    'MCB-2019-03,MCB-2019-03-03,P3,2019年3月13日,4.8×10^6,T1-R2-B4-1',
  ];

  it('is not imported in part: what cannot be read is told by its line, and nothing is sent', async () => {
    const path = await register('bad.csv', ...rows, 'MCB-2019-03,MCB-2019-03-03,P3,2019-02-30,lots,T1-R2-B3-2');
    const { exit, out, err } = await cytoledger('import-bank', path, '--about', await about());
    expect(exit).toBe(EXIT.no);
    expect(err).toContain('line 5: "2019-02-30" is no date');
    expect(err).toContain('line 5: "lots" is no amount');
    expect(out).toContain('nothing sent');
  });

  it('is rehearsed: what would be findings is listed, and nothing is recorded', async () => {
    const path = await register('bank.csv', ...rows);
    const wrong = await cytoledger(
      'import-bank',
      path,
      '--about',
      await about({ verifiers: ['staff-0021', 'staff-0021'] }),
      '--dry-run',
    );
    expect(wrong.exit).toBe(EXIT.done);
    expect(wrong.err).toContain('finding: lot MCB-2019-03, lines 2–4: The transcription was verified by staff-0021 alone');
    expect(wrong.err).toContain('warning: lot MCB-2019-03, lines 2–4: storage history is neither declared nor listed as a gap');
    expect(wrong.out).toContain('3 containers of 1 lots read, 7 events; dry run: nothing was recorded; 1 findings');
  });

  it('is imported once, however often it is sent', async () => {
    const path = await register('bank.csv', ...rows);
    const first = await cytoledger('import-bank', path, '--about', await about());
    expect([first.exit, first.out]).toEqual([EXIT.done, expect.stringContaining('7 recorded, 0 recorded before; 0 findings')]);
    const again = await cytoledger('import-bank', path, '--about', await about());
    expect(again.out).toContain('0 recorded, 7 recorded before');
    const rehearsed = await cytoledger('import-bank', path, '--about', await about(), '--dry-run', '--json');
    expect(JSON.parse(rehearsed.out)).toMatchObject({ told: [] });
  });

  it('stands in its places with what was counted, and every trace states its gaps', async () => {
    const batch = await bank();
    const { rows: units, completeness } = (await client().trace('units', { batch })) as unknown as {
      rows: { ordinal: number; tank: string; slot: string; cells: string; tier: string }[];
      completeness: { legacyGaps: { about: string }[] };
    };
    expect(units.map(({ ordinal, tank, slot, tier }) => [ordinal, tank, slot, tier])).toEqual([
      [1, 'T1', '1', 'master'],
      [2, 'T1', '2', 'master'],
      [3, 'T1', '1', 'master'],
    ]);
    expect(completeness.legacyGaps.map(({ about: topic }) => topic)).toEqual([
      'materials',
      'donor-screening',
      'donor-identity',
      'donor-consent',
      'donor-eligibility',
      'testing',
      'storage',
    ]);
  });

  it('says its gaps on the terminal too', async () => {
    const { err, out } = await cytoledger('trace', 'units', '--batch', await bank());
    expect(out + err).toContain('materials used: record lost · 所用物料：记录遗失');
  });

  it('comes as a printed dossier that says where it came from', async () => {
    const batch = await bank();
    const answer = await fetch(`${platform.url}/v1/batches/${batch}/dossier`, {
      headers: { authorization: `Bearer ${env['CYTOLEDGER_TOKEN']}`, accept: 'text/html', 'accept-language': 'zh' },
    });
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).toContain('MCB binder 3');
    expect(page).toContain('所用物料：记录遗失');
  });
});
