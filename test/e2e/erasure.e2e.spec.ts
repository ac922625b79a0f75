import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, type Io, runCli } from '@cytoledger/cli';
import { createClient } from '@cytoledger/client';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const NAME = '一个容易认出的名字';
const NOW = { occurredAt: '2026-11-21T10:00:00+08:00', capture: { mode: 'direct', precision: 'min' } } as const;
const LONG_AGO = { occurredAt: '1990-11-21T00:00:00+08:00', capture: { mode: 'import', precision: 'day' } } as const;
const DONATION = '0192f5c4-0000-7000-8000-00000000d001';

let folder: string;
let dataDir: string;
let platform: Platform;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-erasure-'));
  dataDir = join(folder, 'data');
  await start();
});
afterEach(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}) {
  platform = await startPlatform(readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', ...env }, ['--empty']));
}

const tokenOf = (org: string, role: string, person = 'staff-0001') => platform.issuer!.token({ org, roles: [role], person });
const clientOf = async (org: string, role: string, person?: string) =>
  createClient({ url: platform.url, token: await tokenOf(org, role, person) });

async function erase(subject: string, ...args: string[]) {
  const out: string[] = [];
  const io: Io = {
    env: { CYTOLEDGER_URL: platform.url, CYTOLEDGER_TOKEN: await tokenOf('operator', 'platform.admin'), DATA_DIR: dataDir },
    stdin: (async function* () {})(),
    stdout: { write: (text) => out.push(String(text)) > 0 },
    stderr: { write: (text) => out.push(String(text)) > 0 },
    signal: new AbortController().signal,
  };
  const exit = await runCli(['erase', subject, ...args], io);
  return { exit, out: out.join('') };
}

async function register(person: string, when: typeof NOW | typeof LONG_AGO = NOW) {
  const client = await clientOf('hospital-a', 'hospital.physician');
  return client.capture('person.registered.v1', person, { ...when, data: { role: 'donor', name: NAME } } as never);
}

async function donate(person: string, when: typeof NOW | typeof LONG_AGO) {
  const client = await clientOf('hospital-a', 'hospital.physician');
  const data = { donor: person, kind: 'allogeneic' };
  return client.capture('donation.registered.v1', DONATION, { ...when, data } as never);
}

type Shown = { events: { disclosed: { value?: unknown; state?: string; name?: string }[] }[] };

async function disclosed(org: string, role: string, person: string, minPosition: string, how = 'shown', as?: string) {
  const client = await clientOf(org, role, as);
  const { events } = await client.query<Shown>(`/v1/streams/person-${person}/history`, { disclosures: how, minPosition });
  return events[0]!.disclosed;
}

const positionOf = ({ receipt }: { receipt: { position: string } }) => receipt.position;

describe('erasing a person of whom nothing came', () => {
  it('destroys the key: nobody sees the name any more, and the record stays as it was', async () => {
    const at = positionOf(await register('donor-1-0000'));
    expect(await disclosed('hospital-a', 'hospital.nurse', 'donor-1-0000', at)).toMatchObject([{ name: 'name', value: NAME }]);
    const before = await replayed('person-donor-1-0000');

    const { exit, out } = await erase('donor-1-0000');

    expect({ exit, out }).toMatchObject({ exit: EXIT.done, out: expect.stringContaining('donor-1-0000: erased') });
    expect(await disclosed('hospital-a', 'hospital.nurse', 'donor-1-0000', at)).toMatchObject([{ state: 'erased' }]);
    expect(await replayed('person-donor-1-0000')).toEqual(before);
    expect(await erase('donor-1-0000')).toMatchObject({ exit: EXIT.done });
    await expect(register('donor-1-0000')).rejects.toMatchObject({ code: 'subject-erased' });
  });

  it('only says what it would do with --dry-run', async () => {
    const at = positionOf(await register('donor-1-0000'));

    expect(await erase('donor-1-0000', '--dry-run')).toMatchObject({
      exit: EXIT.done,
      out: expect.stringContaining('donor-1-0000: would be erased'),
    });
    expect(await disclosed('hospital-a', 'hospital.nurse', 'donor-1-0000', at)).toMatchObject([{ value: NAME }]);
  });

  it('survives that vault and keys are brought back from a backup of before', async () => {
    const at = positionOf(await register('donor-1-0000'));
    await platform.close();
    const [vault, backup] = [join(dataDir, 'vault'), join(folder, 'backup')];
    await cp(vault, backup, { recursive: true });
    await start();
    await erase('donor-1-0000');
    await platform.close();
    for (const file of ['vault.db', 'keys.db']) await cp(join(backup, file), join(vault, file));

    await start();

    expect(await disclosed('hospital-a', 'hospital.nurse', 'donor-1-0000', at)).toMatchObject([{ state: 'erased' }]);
  });

  it('is refused a start without the register of erasures, once there was one', async () => {
    await platform.close();
    await rm(join(dataDir, 'vault', 'register.ndjson'));

    await expect(start()).rejects.toThrow(/register\.ndjson was there before and is missing/);
    await cp(join(dataDir, 'vault', 'keys.db'), join(folder, 'keys.db'));
    await rm(dataDir, { recursive: true });
    await start();
  });
});

describe('where the retention term runs', () => {
  it('restricts instead: the values open for a look-back only, until the day that is told', async () => {
    const at = positionOf(await register('donor-2-0000'));
    await donate('donor-2-0000', NOW);

    const { exit, out } = await erase('donor-2-0000');

    expect(exit).toBe(EXIT.no);
    expect(out).toMatch(/^donor-2-0000: restricted, not erased, until 2056-11-21T02:00:00\.000Z\n/);
    expect(out).toContain('2006/86/EC Art 9');
    expect(await disclosed('hospital-a', 'hospital.nurse', 'donor-2-0000', at)).toMatchObject([{ state: 'restricted' }]);
    expect(await disclosed('hospital-a', 'hospital.physician', 'donor-2-0000', at, 'look-back')).toMatchObject([{ value: NAME }]);
    await expect(disclosed('hospital-a', 'hospital.nurse', 'donor-2-0000', at, 'look-back')).rejects.toMatchObject({
      status: 403,
    });
    expect(await erase('donor-2-0000')).toMatchObject({ exit: EXIT.no });
  });

  it('erases when thirty years are over', async () => {
    await register('donor-3-0000', LONG_AGO);
    await donate('donor-3-0000', LONG_AGO);

    expect(await erase('donor-3-0000')).toMatchObject({ exit: EXIT.done, out: expect.stringContaining('term is over') });
  });

  it('restricts without end where offspring are stated, and keeps to it', async () => {
    await register('donor-4-0000', LONG_AGO);
    await donate('donor-4-0000', LONG_AGO);

    expect(await erase('donor-4-0000', '--offspring')).toMatchObject({
      exit: EXIT.no,
      out: expect.stringContaining('without end'),
    });
    expect(await erase('donor-4-0000')).toMatchObject({ exit: EXIT.refused, out: expect.stringContaining('must be kept') });
  });
});

describe('who may', () => {
  it('erase: the operator, and the organisation that registered the person; others learn nothing of them', async () => {
    await register('donor-5-0000');
    const ask = async (org: string, role: string, subject = 'donor-5-0000') =>
      (await clientOf(org, role)).post(`/v1/subjects/${subject}/erasure`, { dryRun: true });

    await expect(ask('hospital-a', 'site.admin')).resolves.toMatchObject({ outcome: 'erased' });
    await expect(ask('hospital-b', 'site.admin')).rejects.toMatchObject({ status: 404 });
    await expect(ask('hospital-a', 'hospital.physician')).rejects.toMatchObject({ status: 403 });
    await expect(ask('operator', 'platform.admin', 'donor-nobody')).rejects.toMatchObject({ status: 404 });
  });

  it('see the values: who reported them and the person, not oversight', async () => {
    const at = positionOf(await register('donor-6-0000'));
    await donate('donor-6-0000', NOW);

    expect(await disclosed('hospital-a', 'hospital.nurse', 'donor-6-0000', at)).toMatchObject([{ value: NAME }]);
    expect(await disclosed('anywhere', 'patient', 'donor-6-0000', at, 'shown', 'donor-6-0000')).toMatchObject([{ value: NAME }]);
    expect(await disclosed('qc-centre', 'oversight', 'donor-6-0000', at)).toMatchObject([{ state: 'withheld' }]);
  });

  it('see them nowhere unasked, and never in bulk', async () => {
    const at = positionOf(await register('donor-7-0000'));
    const client = await clientOf('hospital-a', 'hospital.nurse');

    const plain = await client.query('/v1/streams/person-donor-7-0000/history', { minPosition: at });
    expect(JSON.stringify(plain)).not.toContain('disclosed');
    const lines = client.queryLines('/v1/streams/person-donor-7-0000/history', { disclosures: 'shown' });
    await expect(lines.next()).rejects.toMatchObject({ status: 400, code: 'disclosures-not-here' });
  });
});

it('puts a master key over the vault, and starts with no other afterwards', async () => {
  const at = positionOf(await register('donor-8-0000'));
  await platform.close();
  const key = join(folder, 'master.key');
  await writeFile(key, `${'0a'.repeat(32)}\n`);
  await start({ VAULT_MASTER_KEY_FILE: key, VAULT_FORMER_MASTER_KEY_FILE: 'none' });
  expect(await disclosed('hospital-a', 'hospital.nurse', 'donor-8-0000', at)).toMatchObject([{ value: NAME }]);
  await platform.close();

  await expect(start()).rejects.toMatchObject({ code: 'wrong-master-key' });
  await expect(start({ VAULT_MASTER_KEY_FILE: join(folder, 'none') })).rejects.toThrow(
    /VAULT_MASTER_KEY_FILE: .* cannot be read/,
  );
  await start({ VAULT_MASTER_KEY_FILE: key });
});

/** The whole records, byte for byte as a reader gets them. */
async function replayed(stream: string): Promise<unknown> {
  const client = await clientOf('hospital-a', 'hospital.nurse');
  const lines: unknown[] = [];
  for await (const line of client.queryLines(`/v1/streams/${stream}/history`)) lines.push(line);
  return lines;
}
