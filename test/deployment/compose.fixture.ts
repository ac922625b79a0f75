import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export const INFRA = resolve(import.meta.dirname, '../../infra');

export type ComposeService = {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly networks?: readonly string[];
};

export type Compose = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
};

/** What an operator fills in: the lines of env.example. */
export function exampleEnv(): Record<string, string> {
  const lines = readFileSync(resolve(INFRA, 'env.example'), 'utf8').split('\n');
  return Object.fromEntries(
    lines
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The compose file as compose reads it: merge keys resolved, `${NAME:?…}` filled in, `$$` a dollar. */
export function readCompose(env: Readonly<Record<string, string>> = exampleEnv()): Compose {
  const text = readFileSync(resolve(INFRA, 'compose.yaml'), 'utf8');
  const filled = text.replace(/\$\$|\$\{(\w+)(?::\?[^}]*)?\}/g, (whole, name: string | undefined) => {
    if (whole === '$$') return '$';
    const value = env[name!];
    if (value === undefined) throw new Error(`env.example does not name ${name}`);
    return value;
  });
  return parse(filled, { merge: true }) as Compose;
}

/** The processes of the platform, by name. */
export function platformProcesses({ services }: Compose): [string, ComposeService][] {
  return Object.entries(services).filter(([, { environment }]) => environment?.['SERVICES'] !== undefined);
}
