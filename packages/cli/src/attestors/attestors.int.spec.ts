import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COSIGNATURE, ED25519, formatVkey, generateKey, readVkey, vkeyOf } from '@cytoledger/attest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runLone } from '../lone/program.ts';
import { runCli } from '../program.ts';

let folder: string;
let out: string;
let err: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-attestors-'));
  [out, err] = ['', ''];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* nothing(): AsyncGenerator<Uint8Array> {}

function io(signal = new AbortController().signal, stdin: AsyncIterable<Uint8Array> = nothing()) {
  const env = {};
  const into = (take: (text: string) => void) => ({
    write: (text: string | Uint8Array) => {
      take(String(text));
      return true;
    },
  });
  const stdout = into((text) => {
    out += text;
  });
  const stderr = into((text) => {
    err += text;
  });
  return { env, stdin, stdout, stderr, signal };
}

const logVkey = () => formatVkey(vkeyOf('log.example', generateKey().publicJwk, ED25519));

describe.each([
  ['alone', runLone],
  ['as part of the command line', runCli],
])('the commands of witness and monitor, %s', (_, run) => {
  it.each(['witness', 'monitor'])('make a %s and print the line that others pin', async (role) => {
    expect(await run([role, 'init', '--folder', join(folder, 'x'), '--name', 'x.example'], io())).toBe(0);
    expect(readVkey(out.trim())).toMatchObject({ name: 'x.example', type: COSIGNATURE });
    expect(await readFile(join(folder, 'x', 'vkey'), 'utf8')).toBe(out);
    expect(await run([role, 'init', '--folder', join(folder, 'x'), '--name', 'x.example'], io())).toBe(2);
    expect(err).toContain('never overwritten');
  });

  it('serve a witness until they are stopped', async () => {
    const args = ['witness', '--folder', join(folder, 'w'), '--log-vkey', logVkey(), '--listen', '127.0.0.1:0'];
    await run(['witness', 'init', '--folder', join(folder, 'w'), '--name', 'w.example'], io());
    const stopping = new AbortController();
    const ended = run(args, io(stopping.signal));
    await vi.waitFor(() => expect(out).toContain('Listening on'), { timeout: 45_000 });
    const url = /Listening on (\S+)/.exec(out)![1]!;
    expect(await (await fetch(url)).text()).toBe(await readFile(join(folder, 'w', 'vkey'), 'utf8'));
    stopping.abort();
    expect(await ended).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('end a supervised witness when standard input ends', async () => {
    await run(['witness', 'init', '--folder', join(folder, 'w'), '--name', 'w.example'], io());
    const args = ['witness', '--folder', join(folder, 'w'), '--log-vkey', logVkey(), '--listen', '127.0.0.1:0', '--supervised'];
    expect(await run(args, io())).toBe(0);
  });

  it.each([
    ['no folder', ['witness', '--log-vkey', 'x'], '--folder is missing'],
    ['no log', ['witness', '--folder', 'w'], 'invalid-log'],
    ['no address', ['witness', '--folder', 'w', '--log-vkey', 'x', '--listen', 'here'], 'no address'],
    ['an unknown action', ['monitor', 'sing'], 'cannot sing'],
    ['no key', ['monitor', '--folder', 'nowhere', '--policy', 'p'], 'invalid-key-file'],
    ['a pause of nothing', ['monitor', '--every', '0'], '--every'],
    ['no name', ['witness', 'init', '--folder', 'w'], '--name is missing'],
  ])('do nothing with %s, and say so', async (_case, args, said) => {
    expect(await run(args, io())).toBe(2);
    expect(err).toContain(said);
  });

  it('tell a log that does not answer from one that is wrong', async () => {
    await run(['monitor', 'init', '--folder', join(folder, 'm'), '--name', 'm.example'], io());
    const policy = join(folder, 'policy.txt');
    const witness = formatVkey(vkeyOf('w', generateKey().publicJwk, COSIGNATURE));
    await writeFile(
      policy,
      `cytoledger/policy/v1\nversion 1\norigin log.example\nlog ${logVkey()}\nwitness ${witness}\nquorum 1\n`,
    );
    const args = ['monitor', '--once', '--folder', join(folder, 'm'), '--policy', policy, '--url', 'http://127.0.0.1:9'];
    expect(await run(args, io())).toBe(4);
    expect(err).toContain('unreachable');
  });
});
