import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leafHash, readCheckpoint, readNote, readPolicy, verifyInclusion, verifyReleasedCheckpoint } from '@cytoledger/attest';
import { runCli } from '@cytoledger/cli';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storyOf } from './story.fixture.ts';

let folder: string;
const GOLDEN = new URL('golden/', import.meta.url).pathname;
const POLICY = ['--policy', join(GOLDEN, 'policy.txt')];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-verify-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], stdin: readonly string[] = []) {
  const [out, err]: [string[], string[]] = [[], []];
  const exit = await runCli(['verify', ...args], {
    env: {},
    stdin: (async function* () {
      yield* stdin;
    })(),
    stdout: { write: (text: string) => out.push(text) > 0 },
    stderr: { write: (text: string) => err.push(text) > 0 },
    signal: new AbortController().signal,
  });
  return { exit, out: out.join(''), err: err.join('') };
}

it('says in words what is proved, up to which size and when it was seen', async () => {
  const { exit, out } = await run([join(GOLDEN, 'bundle.ndjson'), ...POLICY]);
  expect(exit).toBe(0);
  expect(out).toContain('VERIFIED: complete to size 28 of log.cytoledger.example/attacks, seen 2026-11-21T09:01:50Z');
  expect(out).toContain('3 needed, 1 of them may lie');
  expect(out).toContain('p-qa of lab signed as “release”');
  expect(out).toContain('None of this shows that what was recorded is true');
});

it('prints the report that all verifiers print, also of a bundle that comes by the standard input', async () => {
  const report = await readFile(join(GOLDEN, 'report.ndjson'), 'utf8');
  expect((await run([join(GOLDEN, 'bundle.ndjson'), ...POLICY, '--json'])).out).toBe(report);
  const bundle = await readFile(join(GOLDEN, 'bundle.ndjson'), 'utf8');
  expect((await run([...POLICY, '--json'], [bundle.slice(0, 5000), bundle.slice(5000)])).out).toBe(report);
});

it('exits with 1 and names code and line of what is refused', async () => {
  const bundle = await readFile(join(GOLDEN, 'bundle.ndjson'), 'utf8');
  const cut = join(folder, 'cut.ndjson');
  await writeFile(cut, bundle.slice(0, 9000));
  const { exit, out } = await run([cut, ...POLICY]);
  expect(exit).toBe(1);
  expect(out).toMatch(/^REFUSED: truncated in line \d+: /);
  expect((await run([cut, ...POLICY, '--json'])).out).toMatch(/^\{"claims":\[\],"code":"truncated","line":\d+\}\n$/);
});

it('answers what the reader remembers: size, time, a saved checkpoint, what another was given', async () => {
  const { ledger, options } = storyOf();
  const bundle = join(folder, 'bundle.ndjson');
  const saved = join(folder, 'saved.txt');
  await writeFile(bundle, await ledger.bundle(options));
  await writeFile(saved, [...ledger.notes.values()][0]!);
  const asked = (...args: string[]) =>
    run([bundle, ...POLICY, '--json', ...args]).then(({ out }) => /"code":"([a-z-]+)","line"/.exec(out)?.[1]);
  expect(
    await asked('--min-size', '28', '--not-before', '2026-11-21T17:00:00+08:00', '--saved', saved, '--compare', bundle),
  ).toBe('ok');
  expect(await asked('--min-size', '29')).toBe('size-below-minimum');
  expect(await asked('--not-before', '2026-11-22T00:00:00Z')).toBe('older-than-asked');
  expect(await asked('--saved', join(GOLDEN, 'report.ndjson'))).toBe('saved-malformed');
  expect(await asked('--compare', join(GOLDEN, 'policy.txt'))).toBe('note-malformed');
  expect(await asked('--compare', saved)).toBe('ok');
});

it('tells of the bundle first, whatever is wrong with what it is compared with', async () => {
  const whole = await readFile(join(GOLDEN, 'bundle.ndjson'), 'utf8');
  const shorter = join(folder, 'shorter.ndjson');
  await writeFile(shorter, whole.slice(0, 9000));
  const code = ({ out }: { readonly out: string }) => /"code":"([a-z-]+)","line"/.exec(out)?.[1];
  const broken = ['--compare', join(GOLDEN, 'policy.txt'), '--json'];
  expect(code(await run([shorter, ...POLICY, ...broken]))).toBe('truncated');
  expect(code(await run([join(GOLDEN, 'bundle.ndjson'), ...POLICY, '--min-size', '29', ...broken]))).toBe('size-below-minimum');
  expect(code(await run([join(GOLDEN, 'bundle.ndjson'), ...POLICY, ...broken]))).toBe('note-malformed');
});

it('reads no policy and no note in which something is not UTF-8', async () => {
  const invalid = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, Buffer.concat([Buffer.from(text), Buffer.of(0xff, 0x0a)]));
    return path;
  };
  const [bundle, policy] = [join(GOLDEN, 'bundle.ndjson'), await readFile(join(GOLDEN, 'policy.txt'), 'utf8')];
  const { out } = await run([bundle, '--policy', await invalid('policy', `${policy}# `), '--json']);
  expect(out).toBe('{"claims":[],"code":"policy-malformed","line":null}\n');
  const note = storyOf().ledger.notes.get(28)!;
  const saved = await invalid('note', `${note}\u2014 `);
  await writeFile(saved, Buffer.concat([Buffer.from(`${note}\u2014 `), Buffer.of(0xff), Buffer.from(' AAAAAAA=\n')]));
  for (const [option, code] of [
    ['--saved', 'saved-malformed'],
    ['--compare', 'note-malformed'],
  ] as const)
    expect((await run([bundle, ...POLICY, option, saved, '--json'])).out).toContain(`"code":"${code}"`);
});

it('writes checkpoints, entries and proofs as the files of their specifications', async () => {
  const out = join(folder, 'exploded');
  expect((await run([join(GOLDEN, 'bundle.ndjson'), ...POLICY, '--explode', out])).exit).toBe(0);
  const policy = readPolicy(await readFile(join(GOLDEN, 'policy.txt'), 'utf8'));
  const { checkpoint } = verifyReleasedCheckpoint(await readFile(join(out, 'checkpoint')), policy);
  const entries = (await readdir(join(out, 'entries'))).filter((name) => /^\d+$/.test(name));
  expect(entries).toHaveLength(23);
  for (const name of entries) {
    const header = await readFile(join(out, 'entries', name));
    const proof = await readFile(join(out, 'entries', `${name}.tlog-proof`), 'utf8');
    const [start, note] = [proof.slice(0, proof.indexOf('\n\n')), proof.slice(proof.indexOf('\n\n') + 2)];
    const [title, index, ...hashes] = start.split('\n');
    expect([title, index]).toEqual(['c2sp.org/tlog-proof@v1', `index ${name}`]);
    expect(readCheckpoint(readNote(note).text)).toEqual(checkpoint);
    verifyInclusion({
      index: Number(name),
      size: checkpoint.size,
      root: checkpoint.root,
      leafHash: Buffer.from(leafHash(header), 'base64url'),
      path: hashes.map((hash) => Buffer.from(hash, 'base64')),
    });
  }
});

it('tells what is missing before it reads a bundle', async () => {
  expect(await run([join(GOLDEN, 'bundle.ndjson')])).toMatchObject({
    exit: 2,
    err: expect.stringContaining('--policy is missing'),
  });
  expect((await run([join(folder, 'none'), ...POLICY])).err).toContain('cannot be read (ENOENT)');
  const bad = await run([join(GOLDEN, 'bundle.ndjson'), '--policy', join(GOLDEN, 'bundle.ndjson'), '--json']);
  expect(bad).toMatchObject({ exit: 1, out: '{"claims":[],"code":"policy-malformed","line":null}\n' });
});

it('shows no characters that would draw over the terminal', async () => {
  const { ledger, options } = storyOf();
  ledger.append(options.subject, { type: 'batch.noted.v1' });
  ledger.checkpoint();
  const bundle = join(folder, 'escapes.ndjson');
  await writeFile(bundle, await ledger.bundle(options));
  expect((await run([bundle, ...POLICY, '--events'])).out).not.toMatch(/[^\P{C}\n]/u);
});
