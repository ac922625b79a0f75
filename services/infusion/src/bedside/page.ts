import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A page in one file, and the content security policy under which nothing runs but its own script. */
export type Page = { readonly html: string; readonly policy: string };

const IMPORT = /^import \{[^}]*\} from '[^']+';\n/gm;
const JUDGE = fileURLToPath(import.meta.resolve('@cytoledger/domain/bedside-judge'));

const read = (name: string) => readFileSync(new URL(`./pages/${name}`, import.meta.url), 'utf8');

function script(...sources: readonly string[]): string {
  const text = sources
    .map((source) =>
      source
        .replace(IMPORT, '')
        .replace(/^export /gm, '')
        .trim(),
    )
    .join('\n\n');
  return `'use strict';\n(() => {\n\n${text}\n\n})();\n`;
}

function assembled(name: string, code: string, connecting: string): Page {
  const style = read('page.css');
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(code)}`,
    `style-src ${hash(style)}`,
    `connect-src ${connecting}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts: Readonly<Record<string, string>> = { style, script: code, policy };
  return { html: read(name).replace(/\/\* \{(\w+)\} \*\/|\{(policy)\}/g, (_, a, b) => parts[a ?? b]!), policy };
}

let offline: Page | undefined;
let online: Page | undefined;

export type OfflineValues = { readonly origin: string; readonly key: string; readonly snapshot: string };

/** Works from a disk: it holds the snapshot and the public key, and asks nobody. The values are base64url, or an origin. */
export function offlinePage(values: OfflineValues): Page {
  offline ??= assembled('offline.html', script(readFileSync(JUDGE, 'utf8'), read('shown.js'), read('offline.js')), "'none'");
  const html = offline.html.replace(
    /content="\{(origin|key|snapshot)\}"/g,
    (_, name: keyof OfflineValues) => `content="${escaped(values[name])}"`,
  );
  return { html, policy: offline.policy };
}

/** Asks the platform that serves it. */
export function onlinePage(): Page {
  online ??= assembled('online.html', script(read('shown.js'), read('online.js')), "'self'");
  return online;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
