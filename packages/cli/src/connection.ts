import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, createClient, type SignWith } from '@cytoledger/client';
import { CliError } from './exit.ts';
import type { Io } from './io.ts';
import { readPrivateKey } from './json-file.ts';
import { type Options, text } from './options.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Whether somebody is named as whom the platform could be asked. */
export function namesAsker(options: Options, { env }: Io): boolean {
  return text(options, 'as') !== undefined || Boolean(text(options, 'token') ?? env['CYTOLEDGER_TOKEN']);
}

/**
 * The platform that the options or the environment name. With `--key`, whatever is sent is signed with it.
 *
 * @throws CliError
 */
export async function connect(options: Options, io: Io): Promise<Client> {
  const url = text(options, 'url') ?? io.env['CYTOLEDGER_URL'] ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new CliError(`not a URL: ${url}`, 'Set --url or CYTOLEDGER_URL to something like https://cells.example.org.');
  }
  const signWith = await signWithOf(options);
  return createClient({
    url,
    token: await tokenOf(options, io),
    client: 'cytoledger-cli',
    language: languageOf(options, io),
    ...(signWith && { signWith }),
  });
}

/** @throws CliError */
export async function signWithOf(options: Options): Promise<SignWith | undefined> {
  const file = text(options, 'key');
  return file === undefined ? undefined : { key: await readPrivateKey(file) };
}

async function tokenOf(options: Options, { env }: Io): Promise<string> {
  const role = text(options, 'as');
  if (role !== undefined) return demoToken(role, env['DATA_DIR'] ?? 'data');
  const token = text(options, 'token') ?? env['CYTOLEDGER_TOKEN'];
  if (!token) {
    throw new CliError('no token', 'Set --token or CYTOLEDGER_TOKEN; with the demo, --as ROLE, for instance --as lab.operator.');
  }
  return token;
}

/** The token of who made a second copy; undefined where none is named. @throws CliError */
export async function secondTokenOf(options: Options, { env }: Io): Promise<string | undefined> {
  const role = text(options, 'againAs');
  return role === undefined
    ? (text(options, 'againToken') ?? env['CYTOLEDGER_AGAIN_TOKEN'])
    : demoToken(role, env['DATA_DIR'] ?? 'data');
}

/** The demo writes a token of each role into its data folder at every start. */
async function demoToken(role: string, dataDir: string): Promise<string> {
  const path = join(dataDir, 'demo', 'tokens.json');
  let tokens: Readonly<Record<string, unknown>>;
  try {
    tokens = JSON.parse(await readFile(path, 'utf8')) as typeof tokens;
  } catch {
    throw new CliError(
      `${path} cannot be read`,
      '--as works beside a running demo: start it, or set DATA_DIR to its data folder.',
    );
  }
  const token = tokens[role];
  if (typeof token === 'string') return token;
  if (typeof (token as { token?: unknown } | undefined)?.token === 'string') return (token as { token: string }).token;
  throw new CliError(`the demo has no token for ${role}`, `It has ${Object.keys(tokens).join(', ')}.`);
}

/** @throws CliError */
export function languageOf(options: Options, { env }: Io): 'zh' | 'en' {
  const given = text(options, 'language') ?? env['CYTOLEDGER_LANGUAGE'] ?? 'en';
  if (given === 'zh' || given === 'en') return given;
  throw new CliError(`no language ${given}`, 'zh and en are spoken.');
}
