import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { EXIT, type Io, runCli } from '@cytoledger/cli';
import { newEventId } from '@cytoledger/client';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let dataDir: string;
let platform: Platform;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-cli-'));
  dataDir = join(folder, 'data');
  platform = await startPlatform(readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
  env = { CYTOLEDGER_URL: platform.url, CYTOLEDGER_TOKEN: await tokenOf('hospital-a', 'hospital.physician'), DATA_DIR: dataDir };
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

function tokenOf(org: string, role: string, person = 'staff-0001'): Promise<string> {
  return platform.issuer!.token({ org, roles: [role], person });
}

async function cytoledger(args: readonly string[], over: { stdin?: string; env?: Record<string, string> } = {}) {
  const said = { out: [] as string[], err: [] as string[] };
  async function* stdin() {
    if (over.stdin !== undefined) yield over.stdin;
  }
  const io: Io = {
    env: { ...env, ...over.env },
    stdin: stdin(),
    stdout: { write: (text) => said.out.push(String(text)) > 0 },
    stderr: { write: (text) => said.err.push(String(text)) > 0 },
    signal: new AbortController().signal,
  };
  const exit = await runCli(args, io);
  return { exit, out: said.out.join(''), err: said.err.join('') };
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const NOW = { occurredAt: '2026-11-21T10:00:00+08:00', capture: { mode: 'import', precision: 'min' } };
const line = (person: string, over: object = {}) =>
  JSON.stringify({ type: 'person.registered.v1', stream: `person-${person}`, ...NOW, data: { role: 'donor' }, ...over });

describe('import', () => {
  it('records every good line of a file and names each bad one by its number', async () => {
    const path = await file(
      'some.ndjson',
      [
        line('donor-cli-001'),
        line('donor-cli-002', { data: { role: 'astronaut' } }),
        '',
        '{"type": "person',
        line('donor-cli-003', { id: newEventId() }),
      ].join('\r\n'),
    );

    const { exit, out, err } = await cytoledger(['import', path]);

    expect(exit).toBe(EXIT.no);
    expect(out).toBe('4 lines: 2 recorded, 0 recorded before, 2 refused; 0 findings\n');
    expect(err).toMatch(/^line 2: \/data\/role: .+\nline 4: .+\n$/);
  });

  it('names a line that is too long, and goes on', async () => {
    const path = await file(
      'long.ndjson',
      [line('donor-cli-005', { note: 'x'.repeat(300_000) }), line('donor-cli-006')].join('\n'),
    );

    const { exit, out, err } = await cytoledger(['import', path]);

    expect(exit).toBe(EXIT.no);
    expect(out).toContain('1 recorded, 0 recorded before, 1 refused');
    expect(err).toMatch(/^line 1: 300,\d+ bytes; a line has at most 262,144\n$/);
  });

  it('stores nothing twice when the mended file is imported again', async () => {
    const good = [line('donor-cli-011'), line('donor-cli-012')];
    const path = await file('mended.ndjson', [good[0], line('donor-cli-013', { data: {} }), good[1]].join('\n'));
    await cytoledger(['import', path]);
    await writeFile(path, [good[0], line('donor-cli-013'), good[1]].join('\n'));

    const { exit, out } = await cytoledger(['import', path]);

    expect(exit).toBe(EXIT.done);
    expect(out).toBe('3 lines: 1 recorded, 2 recorded before, 0 refused; 0 findings\n');
  });

  it('takes a CSV file whose heading says where the cells go', async () => {
    const path = await file(
      'donors.csv',
      '\uFEFFstream,occurredAt,capture.precision,data.role,/data/newborn:boolean,data.sex,data.name\n' +
        'person-donor-cli-021,2026-11-20T00:00:00+08:00,day,donor,false,female,"王, 五"\n' +
        'person-donor-cli-022,,unknown,donor,,,\n' +
        'person-donor-cli-023,,unknown,donor,perhaps,,\n',
    );

    const first = await cytoledger(['import', path, '--type', 'person.registered.v1']);
    const second = await cytoledger(['import', path, '--type', 'person.registered.v1']);

    expect(first).toMatchObject({ exit: EXIT.no, err: 'line 4: "perhaps" is neither true nor false\n' });
    expect(first.out).toContain('3 lines: 2 recorded, 0 recorded before, 1 refused');
    expect(second.out).toContain('3 lines: 0 recorded, 2 recorded before, 1 refused');
  });

  it('checks a file without sending it', async () => {
    const path = await file('dry.ndjson', [line('donor-cli-031'), line('donor-cli-032', { occurredAt: 'yesterday' })].join('\n'));

    const { exit, out, err } = await cytoledger(['import', path, '--dry-run'], { env: { CYTOLEDGER_TOKEN: '' } });

    expect(exit).toBe(EXIT.no);
    expect(out).toBe('2 lines read, nothing sent: 1 cannot be read\n');
    expect(err).toMatch(/^line 2: \/occurredAt: /);
  });

  it.each([
    [['import', '/nowhere.ndjson'], EXIT.usage, 'cannot be read'],
    [['import', 'x.xlsx'], EXIT.usage, 'cannot be read'],
    [['gate', newEventId(), '--token', 'forged'], EXIT.refused, 'The token is not valid'],
    [['gate', newEventId(), '--as', 'lab.operator'], EXIT.usage, 'start it, or set DATA_DIR'],
    [['replay', newEventId(), '--url', 'ftp://x'], EXIT.usage, 'not a URL'],
    [['trace', 'sideways'], EXIT.usage, 'There are units, recipients'],
    [['fsck', '--data-dir', '/nowhere'], EXIT.usage, 'there is no log here'],
  ])('says what to do instead of %j', async (args, exit, advice) => {
    const result = await cytoledger(args as string[]);

    expect(result.exit).toBe(exit);
    expect(result.err).toContain(advice);
    expect(result.out).toBe('');
  });

  it('asks with the token of a role of the demo', async () => {
    await mkdir(join(folder, 'demo'), { recursive: true });
    await writeFile(join(folder, 'demo', 'tokens.json'), JSON.stringify({ 'lab.qa': await tokenOf('lab-a', 'lab.qa') }));
    const path = await file('as.ndjson', line('donor-cli-041'));

    const { exit } = await cytoledger(['import', path, '--as', 'lab.qa'], { env: { DATA_DIR: folder, CYTOLEDGER_TOKEN: '' } });

    expect(exit).toBe(EXIT.done);
  });
});

describe('keys and signatures', () => {
  it('go from keygen over enrol to a signed event that the platform vouches for', async () => {
    const keyFile = join(folder, 'own.json');
    const rootFile = join(folder, 'root.json');
    const post = async (path: string, token: string, body: string) => {
      const response = await fetch(platform.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
      });
      return { status: response.status, ...((await response.json()) as { outcome?: string; findings?: unknown[] }) };
    };
    const own = JSON.parse((await cytoledger(['keygen', '--out', keyFile, '--json'])).out);
    const root = JSON.parse((await cytoledger(['keygen', '--out', rootFile, '--json'])).out);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    const site = { kind: 'laboratory', name: { zh: '乙', en: 'B' }, rootKey: root.publicKey };
    const admin = await tokenOf('lab-b', 'site.admin', 'admin-0001');
    await post(
      '/v1/sites/lab-b',
      await tokenOf('op', 'platform.admin'),
      JSON.stringify({ id: newEventId(), ...NOW, data: site }),
    );
    await post(
      '/v1/staff/staff-0077',
      admin,
      JSON.stringify({ id: newEventId(), ...NOW, data: { org: 'lab-b', roles: ['lab.qa'] } }),
    );

    const enrolment = await cytoledger([
      'enrol',
      '--root',
      rootFile,
      '--key',
      keyFile,
      '--org',
      'lab-b',
      '--person',
      'staff-0077',
      '--role',
      'lab.qa',
    ]);
    expect(await post(`/v1/keys/${own.kid}`, admin, enrolment.out)).toMatchObject({ status: 201, outcome: 'recorded' });

    const signed = await cytoledger(['sign', '--key', keyFile, '--meaning', 'registration'], { stdin: line('donor-cli-051') });
    expect(await post('/v1/persons/donor-cli-051', await tokenOf('lab-b', 'lab.qa', 'staff-0077'), signed.out)).toMatchObject({
      status: 201,
      outcome: 'recorded',
      findings: [],
    });

    const twice = await cytoledger(['sign', '--key', rootFile, '--meaning', 'registration'], { stdin: signed.out });
    expect(JSON.parse(twice.out).signatures).toHaveLength(2);
    expect(JSON.parse(twice.out).content).toBe(JSON.parse(signed.out).content);
  });

  it('never overwrites a key', async () => {
    const path = await file('precious.json', 'secret');

    expect(await cytoledger(['keygen', '--out', path])).toMatchObject({ exit: EXIT.usage });
    expect(await readFile(path, 'utf8')).toBe('secret');
  });

  it.each([
    ['not JSON', 'is not JSON'],
    ['{"type":"person.registered.v1"}', 'does not say stream, occurredAt, capture, data'],
    [line('donor-cli-052'), 'Add --meaning'],
    [line('donor-cli-052', { type: 'person.forgotten.v1', meaning: 'x' }), 'no fact is called person.forgotten.v1'],
  ])('signs nothing that it cannot read: %s', async (stdin, problem) => {
    const key = join(folder, `key-${newEventId()}.json`);
    await cytoledger(['keygen', '--out', key]);

    const { exit, out, err } = await cytoledger(['sign', '--key', key], { stdin });

    expect({ exit, out }).toEqual({ exit: EXIT.usage, out: '' });
    expect(err).toContain(problem);
  });
});

describe('replay', () => {
  it('shows a record event by event and follows its chain', async () => {
    await cytoledger(['import', await file('one.ndjson', line('donor-cli-061'))]);
    await cytoledger(['import', await file('two.ndjson', line('donor-cli-061', { data: { role: 'birth-mother' } }))]);

    const { exit, out, err } = await untilKnown(
      () => cytoledger(['replay', 'person-donor-cli-061']),
      ({ out }) => out.includes('/1 '),
    );

    expect(exit).toBe(EXIT.done);
    expect(out).toMatch(
      /person-donor-cli-061\/0 {2}person\.registered\.v1 {2}by hospital-a staff-0001.*\n.*person-donor-cli-061\/1/,
    );
    expect(err).toContain('every chain is unbroken');
  });

  it('says 404 of what is not there, and what to check', async () => {
    const { exit, err } = await cytoledger(['replay', newEventId()]);

    expect(exit).toBe(EXIT.refused);
    expect(err).toContain('Check the id');
  });
});

/** A read model follows the log with a short delay. */
async function untilKnown<T>(ask: () => Promise<T>, isKnown: (answer: T) => boolean): Promise<T> {
  for (let n = 0; ; n++) {
    const answer = await ask();
    if (isKnown(answer) || n === 100) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the gate', () => {
  it('is red for a bag that nobody knows here, says why, and ends so', async () => {
    const bag = [newEventId(), '--unit', newEventId(), '--treatment', newEventId()];

    const english = await cytoledger(['gate', ...bag]);
    const chinese = await cytoledger(['gate', ...bag, '--language', 'zh']);

    expect(english).toMatchObject({
      exit: EXIT.no,
      out: expect.stringMatching(/^RED: this bag must not be given\n {2}- .+\[gate\./),
    });
    expect(chinese.out).toContain('RED: 这袋细胞不可输注');
  });

  it('takes bag and patient as they are scanned, without a batch', async () => {
    const scanned = ['gate', '--unit', 'NOBODYS-BAG-01', '--patient', 'patient-cli-01'];

    const told = await cytoledger([...scanned, '--language', 'zh']);
    const { exit, err } = await cytoledger(['gate', '--unit', 'NOBODYS-BAG-01']);

    expect(told).toMatchObject({
      exit: EXIT.no,
      out: expect.stringMatching(/^NOBODYS-BAG-01: 红灯 RED：.+\n {2}- .+\[bedside\.not-known-here\]\n$/),
    });
    expect([exit, err]).toEqual([EXIT.usage, expect.stringContaining('Scan or type the code of the patient.')]);
  });

  it('answers a program as it was asked', async () => {
    const { out } = await cytoledger(['gate', newEventId(), '--unit', newEventId(), '--treatment', newEventId(), '--json']);

    expect(JSON.parse(out)).toMatchObject({ allowed: false, light: 'red' });
  });
});

describe('a trace', () => {
  it('is written as a workbook or as CSV, to a file that is whole', async () => {
    const traced = join(folder, 'traced.xlsx');
    await cytoledger(['import', await file('sheet.ndjson', line('donor-cli-092'))]);
    await untilKnown(
      () => cytoledger(['trace', 'units', '--donor', 'donor-cli-092', '--format', 'xlsx', '--output', traced]),
      ({ exit }) => exit === EXIT.done,
    );
    expect((await readFile(traced)).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    const csv = await cytoledger(['trace', 'units', '--donor', 'donor-cli-092', '--format', 'csv']);
    expect([csv.exit, csv.out.split('\r\n')[0]]).toEqual([EXIT.done, expect.stringContaining(',As of log position,')]);
    const nowhere = await cytoledger(['trace', 'units', '--donor', 'donor-cli-092', '--format', 'xlsx']);
    expect([nowhere.exit, nowhere.err]).toEqual([EXIT.usage, expect.stringContaining('a workbook needs a file')]);
    const ods = await cytoledger(['trace', 'units', '--donor', 'donor-cli-092', '--format', 'ods']);
    expect([ods.exit, ods.err]).toEqual([EXIT.usage, expect.stringContaining('There are json, csv, xlsx')]);
  });

  it('has the columns that were named, and says which there are', async () => {
    await cytoledger(['import', await file('columns.ndjson', line('donor-cli-093'))]);
    const shown = await untilKnown(
      () => cytoledger(['trace', 'units', '--donor', 'donor-cli-093', '--columns', 'unit, holder']),
      ({ exit }) => exit === EXIT.done,
    );
    expect(shown.out).toBe('nothing found\n');
    const wrong = await cytoledger(['trace', 'units', '--donor', 'donor-cli-093', '--columns', 'unit,colour']);
    expect([wrong.exit, wrong.err]).toEqual([EXIT.usage, expect.stringMatching(/no column colour\nThere are .*unitIdentifiers/)]);
  });

  it('says as of when it was answered, also when nothing is found', async () => {
    await cytoledger(['import', await file('traced.ndjson', line('donor-cli-091'))]);

    const { exit, out, err } = await untilKnown(
      () => cytoledger(['trace', 'units', '--donor', 'donor-cli-091']),
      (answer) => answer.exit === EXIT.done,
    );

    expect(exit).toBe(EXIT.done);
    expect(out).toBe('nothing found\n');
    expect(err).toMatch(/^rows: 0, as of position \d+/);
  });
});

describe('the outbox', () => {
  it('takes events while the platform is away and delivers them when it is there', async () => {
    const CYTOLEDGER_OUTBOX = join(folder, 'outbox');
    const away = { CYTOLEDGER_OUTBOX, CYTOLEDGER_URL: 'http://127.0.0.1:9' };
    const good = await cytoledger(['outbox', 'add'], { stdin: line('donor-cli-071'), env: { CYTOLEDGER_OUTBOX } });
    const bad = await cytoledger(['outbox', 'add'], { stdin: line('donor-cli-072', { data: {} }), env: { CYTOLEDGER_OUTBOX } });
    expect([good.exit, bad.exit]).toEqual([EXIT.done, EXIT.done]);
    expect((await cytoledger(['outbox', 'status'], { env: away })).out).toMatch(/^2 waiting/);

    const sent = await cytoledger(['outbox', 'send'], { env: { CYTOLEDGER_OUTBOX } });
    expect(sent).toMatchObject({ exit: EXIT.no, out: '1 sent, 1 refused (see outbox status)\n' });
    const status = await cytoledger(['outbox', 'status'], { env: away });
    expect(status.out).toContain('/data/role');
    expect(status.out).toContain('later events of person-donor-cli-072 wait');

    const mended = await file('mended.json', line('donor-cli-072'));
    await cytoledger(['outbox', 'decide', bad.out.trim(), '--resend', '--with', mended], { env: away });
    expect(await cytoledger(['outbox', 'send'], { env: { CYTOLEDGER_OUTBOX } })).toMatchObject({ exit: EXIT.done });
  });
});

describe('a log', () => {
  it('is checked beside the process that writes it', async () => {
    const { exit, out } = await cytoledger(['fsck']);

    expect(exit).toBe(EXIT.done);
    expect(out).toMatch(/^\d+ events of \d+ streams: every header, body and stream chain is as it was sealed\n/);
  });

  it('keeps its read models while the platform runs', async () => {
    const { exit, err } = await cytoledger(['rebuild']);

    expect(exit).toBe(EXIT.usage);
    expect(err).toContain('Stop the platform first.');
  });

  it('in which a body was edited is reported with the place', async () => {
    const other = join(folder, 'edited');
    const elsewhere = await startPlatform(readConfig({ DATA_DIR: other, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
    const token = await elsewhere.issuer!.token({ org: 'hospital-a', roles: ['hospital.physician'], person: 'staff-0001' });
    const path = await file('edited.ndjson', line('donor-cli-081'));
    await cytoledger(['import', path], { env: { CYTOLEDGER_URL: elsewhere.url, CYTOLEDGER_TOKEN: token } });
    await elsewhere.close();
    edit(join(other, 'log.db'));

    const { exit, out } = await cytoledger(['fsck', '--data-dir', other]);

    expect(exit).toBe(EXIT.no);
    expect(out).toContain('DAMAGED: body-digest-mismatch');
    expect(out).toContain('person-donor-cli-081/0');
  });

  it('gives back its read models when the platform is stopped', async () => {
    const other = join(folder, 'stopped');
    const elsewhere = await startPlatform(readConfig({ DATA_DIR: other, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
    await elsewhere.close();

    expect(await cytoledger(['rebuild', '--data-dir', other])).toMatchObject({
      exit: EXIT.done,
      out: expect.stringMatching(/^deleted: trace\./),
    });
    const again = await startPlatform(readConfig({ DATA_DIR: other, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
    await again.close();
  });
});

/** What somebody with a database tool would do. */
function edit(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(
    "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'donor', 'danor') AS BLOB) WHERE body LIKE '%donor-cli-081%'",
  );
  db.close();
}

it('runs unbuilt as a process of its own', async () => {
  const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
  const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
    execFile(process.execPath, [main, 'unknown'], (error, _out, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }));
  });

  expect(code).toBe(EXIT.usage);
  expect(stderr).toContain('there is no command unknown');
});
