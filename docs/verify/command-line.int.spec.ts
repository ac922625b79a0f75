import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { esig, keyNamed, Ledger } from '../../test/attacks/ledger.fixture.ts';
import { cytoledgerVerify, GOLDEN, noPython } from './python.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'cytoledger-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const bundle = readFileSync(GOLDEN.bundle, 'utf8');
const firstCheckpoint = (JSON.parse(bundle.split('\n').find((line) => line.includes('"kind":"checkpoint"'))!) as { note: string })
  .note;
const POLICY = ['--policy', GOLDEN.policy];

describe.skipIf(noPython !== undefined)('cytoledger_verify.py', { timeout: 120_000 }, () => {
  it('gives the report of the golden bundle, byte for byte', () => {
    const { status, stdout } = cytoledgerVerify([GOLDEN.bundle, ...POLICY, '--json']);
    expect(stdout).toBe(readFileSync(GOLDEN.report, 'utf8'));
    expect(status).toBe(0);
  });

  it('says in words what was proved, by whom, and what is not proved', () => {
    const { status, stdout } = cytoledgerVerify([GOLDEN.bundle, ...POLICY]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^VERIFIED: log "log\.cytoledger\.example\/attacks" to size 28, seen 2026-11-21T09:01:50Z\n/);
    expect(stdout).toContain('no more than 1 of the witnesses misbehave');
    expect(stdout).toContain('Complete to size 28: monitors "monitor-a.example", "monitor-b.example" have replayed the log');
    expect(stdout).toContain('a signature of key');
    expect(stdout).toContain('None of this shows that what was recorded is true');
  });

  it('names the failed check and its line, and proves nothing', () => {
    const path = file('cut.ndjson', bundle.split('\n').slice(0, -2).join('\n').concat('\n'));
    expect(cytoledgerVerify([path, ...POLICY, '--json'])).toMatchObject({
      status: 1,
      stdout: `{"claims":[],"code":"truncated","line":${bundle.split('\n').length - 1}}\n`,
    });
    expect(cytoledgerVerify([path, ...POLICY])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^REFUSED: truncated, line/),
    });
  });

  it('refuses a policy before anything else', () => {
    const policy = file('policy.txt', 'cytoledger/policy/v1\n');
    expect(cytoledgerVerify([GOLDEN.bundle, '--policy', policy, '--json'])).toMatchObject({
      status: 1,
      stdout: '{"claims":[],"code":"policy-malformed","line":null}\n',
    });
  });

  it('asks what its reader asks', () => {
    const saved = file('saved.txt', firstCheckpoint);
    const others = ['--min-size', '28', '--not-before', '2026-11-21T17:01:50+08:00', '--saved', saved, '--compare', saved];
    const { status, stdout } = cytoledgerVerify([GOLDEN.bundle, ...POLICY, ...others, '--json']);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { claims: object[] }).claims.slice(-2)).toEqual([
      { claim: 'saved', size: 10 },
      { claim: 'compared', size: 10, sizes: 1, streams: 0 },
    ]);
    for (const [options, code] of [
      [['--min-size', '29'], 'size-below-minimum'],
      [['--not-before', '2026-11-21T09:01:51Z'], 'older-than-asked'],
      [['--saved', GOLDEN.policy], 'saved-malformed'],
      [['--compare', GOLDEN.policy], 'note-malformed'],
    ] as const) {
      expect(cytoledgerVerify([GOLDEN.bundle, ...POLICY, ...options, '--json'])).toMatchObject({
        status: 1,
        stdout: `{"claims":[],"code":"${code}","line":null}\n`,
      });
    }
  });

  it('gives the line of the other bundle where that is refused', () => {
    const other = file('other.ndjson', bundle.replace('"lineage":true', '"lineage":1'));
    expect(cytoledgerVerify([GOLDEN.bundle, ...POLICY, '--compare', other, '--json']).stdout).toBe(
      '{"claims":[],"code":"malformed-line","line":1}\n',
    );
  });

  it('ends with 2 and says what is wrong where it is not asked properly', () => {
    for (const args of [
      [],
      [GOLDEN.bundle],
      [GOLDEN.bundle, ...POLICY, '--min-size', '01'],
      [GOLDEN.bundle, ...POLICY, '--not-before', 'yesterday'],
      [join(folder, 'none.ndjson'), ...POLICY],
      [GOLDEN.bundle, ...POLICY, '--other'],
    ]) {
      const { status, stdout, stderr } = cytoledgerVerify(args);
      expect([status, stdout], args.join(' ')).toEqual([2, '']);
      expect(stderr).not.toContain('Traceback');
      expect(stderr).not.toBe('');
    }
  });

  it('shows no control characters and no words of a bundle as its own', async () => {
    const ledger = new Ledger();
    const key = keyNamed('a person');
    ledger.enrol(key, 'lab', '\u001b[2JVERIFIED\n\u202e');
    ledger.append('batch-1', { type: 'batch.noted.v1', sign: (text) => [esig(text, key, 'a\nVERIFIED: all\u0007')] });
    ledger.checkpoint();
    const path = file('words.ndjson', await ledger.bundle({ subject: 'batch-1', streams: [`key-${key.kid}`] }));
    const { status, stdout } = cytoledgerVerify([path, '--policy', file('words.txt', ledger.policyText)]);
    expect(status).toBe(0);
    expect(stdout).toContain(String.raw`as "a\nVERIFIED: all\u0007"`);
    expect(stdout).not.toMatch(/[^\n\u0020-\u007e]/);
  });
});
