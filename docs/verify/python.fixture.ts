import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** The folder of the verifier. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const MAX_OUTPUT = 1 << 28;

const golden = (name: string) => fileURLToPath(new URL(`../../test/attacks/golden/${name}`, import.meta.url));

/** A bundle with something of everything, and what it proves. */
export const GOLDEN = {
  bundle: golden('bundle.ndjson'),
  policy: golden('policy.txt'),
  report: golden('report.ndjson'),
} as const;

/** Why the verifier cannot run here; undefined where it can. */
export const noPython = reasonAgainst();
if (noPython !== undefined) console.warn(`skipped: the Python verifier is not checked: ${noPython}`);

function reasonAgainst(): string | undefined {
  const { error, stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 9))'], { encoding: 'utf8' });
  if (error !== undefined) return 'there is no python3 on this machine';
  return stdout.trim() === 'True' ? undefined : 'python3 is older than 3.9';
}

export type Said = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the verifier as an auditor does. */
export function cytoledgerVerify(args: readonly string[], input = ''): Said {
  return python(['cytoledger_verify.py', ...args], input);
}

/** Runs a program in which the verifier is known as `v`, and `asked` is the JSON of a value; gives the JSON value that it prints. */
export function withVerifier(program: string, asked: unknown): unknown {
  const { status, stdout, stderr } = python(
    ['-c', `import json, sys, base64\nimport cytoledger_verify as v\nasked = json.load(sys.stdin)\n${program}`],
    JSON.stringify(asked),
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function python(args: readonly string[], input: string): Said {
  const { status, stdout, stderr } = spawnSync('python3', ['-B', ...args], {
    cwd: FOLDER,
    input,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  return { status, stdout, stderr };
}

/** A bundle to be judged: see verify_many of the verifier. */
export type Asked = { readonly n: number } & (
  | { readonly bundle: string }
  | { readonly from: number; readonly to: number; readonly with: string }
) & {
    readonly policy?: string;
    readonly minSize?: number;
    readonly notBefore?: string;
    readonly saved?: string;
    readonly compare?: string;
  };

export type Verdict = { readonly n: number; readonly code: string; readonly line: number | null; readonly report: string };

/** What the verifier says of many bundles, in one process. */
export function verdictsOn(asked: readonly Asked[], options: readonly string[]): Verdict[] {
  const input = asked.map((one) => `${JSON.stringify(one)}\n`).join('');
  const { status, stdout, stderr } = cytoledgerVerify([...options, '--many', '-'], input);
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Verdict);
}

export function digestOfReport(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
