import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoProcess, startDemoProcess } from './demo-process.fixture.ts';
import { missedSteps } from './steps.fixture.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PLAYING_MS = 180_000;

const missing = ['bash', 'curl', 'npm', 'python3'].filter((tool) => !runs(tool));
if (missing.length > 0) console.warn(`skipped: the walk-through of the README needs ${missing.join(', ')}`);

function runs(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let platform: DemoProcess;
let folder: string;

beforeAll(async () => {
  if (missing.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), 'readme-'));
  platform = await startDemoProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
}, PLAYING_MS);
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The commands of a page's walk-through, in order, run as a reader would run them. */
async function walkThrough(page: string): Promise<string> {
  const text = await readFile(join(ROOT, page), 'utf8');
  const section = text.slice(text.indexOf('curl', text.indexOf('\n## ', text.indexOf('npm start'))));
  const commands = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block).join('\n');
  const script = `set -eu\nROOT=$PWD\ncleanup() { cd "$ROOT" && rm -f signed.json second.json bundle.ndjson altered.ndjson; }\ntrap cleanup EXIT\n${commands}`;
  const env = { ...platform.env, H: platform.url };
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

describe.skipIf(missing.length > 0).each(['README.md', 'README.zh-CN.md'])('the walk-through of %s', (page) => {
  it(
    'goes from a post to a refused release, a release, the gate, a trace, a replay, an earlier moment and a proof, and to a row that was altered',
    async () => {
      const said = await walkThrough(page);
      const steps = [
        '"type":"batch.opened.v1"',
        '"allowed":false,"reasons":[{"rule":"release.line-not-passed"',
        '"status":422,"code":"refused-by-rule"',
        '"type":"batch.released.v1"',
        '"light":"green"',
        '"light":"red"',
        '处于隔离状态',
        '"trace":"recipients"',
        '"header":{',
        '"trace":"recipients"',
        '"differences":[',
        'VERIFIED: complete to size',
        'body-digest-mismatch',
        'fsck has found it',
        'REFUSED: body-digest-mismatch',
        'and so has whoever is given it',
        'is as it was sealed',
      ];
      expect(missedSteps(said, steps)).toEqual([]);
    },
    PLAYING_MS,
  );
});
