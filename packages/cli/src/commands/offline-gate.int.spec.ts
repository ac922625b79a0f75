import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COSIGNATURE, ED25519, formatVkey, generateKey, POLICY_HEADER, signStatement, vkeyOf } from '@cytoledger/attest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../exit.ts';
import { runCli } from '../program.ts';

const ORIGIN = 'cells.example/log';
const BAG = 'HUCMSC-P4-20261121-01';
const HOUR_MS = 3_600_000;
const [log, receipts, witness] = [generateKey(), generateKey(), generateKey()];
const bag = (n: number, patient: string, more: object = {}) => ({
  batch: '0192f5c4-0000-7000-8000-00000000ba01',
  unit: `0192f5c4-0000-7000-8000-00000000e00${n}`,
  name: `HUCMSC-P4-20261121-0${n}`,
  codes: [`HUCMSC-P4-20261121-0${n}`],
  treatment: `0192f5c4-0000-7000-8000-00000000fe0${n}`,
  patient: [patient],
  usableUntil: null,
  thawToInfusionMinutes: null,
  reasons: [],
  warnings: [],
  ...more,
});

let folder: string;
let policy: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offline-gate-'));
  policy = join(folder, 'policy.txt');
  const lines = [
    POLICY_HEADER,
    'version 1',
    `origin ${ORIGIN}`,
    `log ${formatVkey(vkeyOf(ORIGIN, log.publicJwk, ED25519))}`,
    `receipts ${formatVkey(vkeyOf(`${ORIGIN}/receipts`, receipts.publicJwk, ED25519))}`,
    `witness ${formatVkey(vkeyOf('witness.example', witness.publicJwk, COSIGNATURE))}`,
    'quorum 1',
    '',
  ];
  await writeFile(policy, lines.join('\n'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function snapshot(hoursOld = 1, over: object = {}, { key = receipts, typ = 'cytoledger-gate-snapshot' } = {}) {
  const at = (hours: number) => new Date(Date.now() - (hoursOld - hours) * HOUR_MS).toISOString();
  const payload = {
    ...{ v: 1, origin: ORIGIN, site: 'hospital-b', position: '17', checkpoint: null },
    ...{ madeAt: at(0), freshUntil: at(2), expiresAt: at(8) },
    units: [bag(1, 'PATIENT-0001'), bag(2, 'PATIENT-0002')],
    ...over,
  };
  const jws = signStatement(typ, payload, key.privateJwk);
  const path = join(folder, `${Math.random()}.jws`);
  await writeFile(path, jws);
  return { path, jws };
}

async function gate(path: string, { unit = BAG, patient = 'patient-0001', more = [] as string[] } = {}) {
  return run('--snapshot', path, '--unit', unit, '--patient', patient, '--policy', policy, ...more);
}

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const exit = await runCli(['gate', ...args], {
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: (text) => out.push(String(text)) > 0 },
    stderr: { write: (text) => out.push(String(text)) > 0 },
    signal: new AbortController().signal,
  });
  return { exit, out: out.join('') };
}

describe('the gate without a network', () => {
  it('is green for the right bag, and prints its age first', async () => {
    const { path } = await snapshot();
    const { exit, out } = await gate(path);
    expect(exit).toBe(EXIT.done);
    expect(out).toMatch(/^\*\*\* AGE 1 h 0 min \*\*\* made .+, answers until .+\nGREEN: this bag may be given\n$/);
    expect((await gate(path, { more: ['--language', 'zh'] })).out).toContain('快照已有 1 小时 0 分钟');
    expect(JSON.parse((await gate(path, { more: ['--json'] })).out)).toMatchObject({
      light: 'green',
      ageMinutes: 60,
      position: '17',
    });
  });

  it('reads the platform’s JSON answer too', async () => {
    const { jws } = await snapshot();
    const path = join(folder, 'answer.json');
    await writeFile(path, JSON.stringify({ site: 'hospital-b', jws }));
    expect((await gate(path)).exit).toBe(EXIT.done);
  });

  it('is red for the wrong patient, and for a bag that is not in it', async () => {
    const { path } = await snapshot();
    const wrong = await gate(path, { patient: 'patient-0002' });
    expect(wrong.exit).toBe(EXIT.no);
    expect(wrong.out).toContain('RED: this bag must not be given\n  - WRONG PATIENT');
    const unknown = await gate(path, { unit: 'HUCMSC-0' });
    expect(unknown.exit).toBe(EXIT.no);
    expect(unknown.out).toContain('not in this snapshot');
  });

  it('is amber, and green no more, when it is old', async () => {
    const { exit, out } = await gate((await snapshot(3)).path);
    expect([exit, out]).toEqual([EXIT.done, expect.stringContaining('AMBER')]);
  });

  it('refuses when it has expired', async () => {
    const { exit, out } = await gate((await snapshot(9)).path);
    expect([exit, out]).toEqual([EXIT.no, expect.stringContaining('snapshot.expired')]);
  });

  it('refuses by a clock that was set back: before the signed time, or before it was asked last', async () => {
    expect((await gate((await snapshot(-1)).path)).out).toContain('snapshot.clock-behind');
    const { path } = await snapshot();
    const later = Date.now() / 1000 + 3600;
    await utimes(path, later, later);
    const { exit, out } = await gate(path);
    expect([exit, out]).toEqual([EXIT.no, expect.stringContaining('snapshot.clock-set-back')]);
  });

  it.each<[string, () => Promise<{ jws: string }>, string]>([
    [
      'was changed',
      async () => {
        const { jws } = await snapshot();
        const [head, payload, signature] = jws.split('.') as [string, string, string];
        const text = Buffer.from(payload, 'base64url').toString().replace('PATIENT-0001', 'PATIENT-0002');
        return { jws: [head, Buffer.from(text).toString('base64url'), signature].join('.') };
      },
      'signature-mismatch',
    ],
    ['another key signed', () => snapshot(1, {}, { key: log }), 'unknown-key'],
    ['is a statement of another kind', () => snapshot(1, {}, { typ: 'cytoledger-key' }), 'unexpected-typ'],
    ['is of another log', () => snapshot(1, { origin: 'others.example/log' }), 'other-log'],
    ['has another form', () => snapshot(1, { v: 2 }), 'unreadable'],
    ['is no snapshot at all', async () => ({ jws: 'hello' }), 'invalid-jws'],
  ])('is red for a file that %s', async (_, make, why) => {
    const path = join(folder, 'given.jws');
    await writeFile(path, (await make()).jws);
    const { exit, out } = await gate(path);
    expect([exit, out]).toEqual([EXIT.no, expect.stringContaining(`(${why})`)]);
    expect(out).not.toContain('GREEN');
  });

  it('asks for what it needs', async () => {
    const { path } = await snapshot();
    for (const [args, said] of [
      [['--snapshot', path], '--unit is missing'],
      [['--snapshot', path, '--unit', BAG, '--patient', 'p'], '--policy is missing'],
      [[], 'Name a batch, or scan the bag'],
    ] as const) {
      const { exit, out } = await run(...args);
      expect([exit, out]).toEqual([EXIT.usage, expect.stringContaining(said)]);
    }
  });
});
