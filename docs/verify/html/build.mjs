/**
 * Puts the page together: `node docs/verify/html/build.mjs` writes docs/verify/verify.html. Nothing is downloaded, minified or left out, and the same
 * sources always make the same bytes.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

const here = import.meta.dirname;
const IMPORT = /^import \{([^}]*)\} from '\.\/([\w-]+\.js)';\n/gm;
const REEXPORT = /^export \{([^}]*)\} from '\.\/([\w-]+\.js)';\n/gm;
const DECLARED = /^(?:async )?(?:function|class|const|let) (\w+)/gm;

/** @param {string} name */
function read(name) {
  return readFileSync(join(here, name), 'utf8');
}

/** @param {string} list */
function names(list) {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Modules in the order in which they need each other, as one script without imports and exports.
 *
 * @param {string} entry
 * @param {string} [given] a module that another script on the page provides, under {@link READER}
 */
function bundled(entry, given) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  const visit = (/** @type {string} */ name) => {
    if (name === given || texts.has(name)) return;
    const source = read(name);
    texts.set(name, '');
    for (const pattern of [IMPORT, REEXPORT])
      for (const [, , from] of source.matchAll(pattern)) visit(/** @type {string} */ (from));
    texts.delete(name);
    texts.set(name, plain(source, given));
  };
  visit(entry);
  const whole = [...texts].map(([name, text]) => `// ${name}\n\n${text.trim()}\n`).join('\n');
  const declared = [...whole.matchAll(DECLARED)].map(([, name]) => name);
  const twice = declared.find((name, i) => declared.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two modules declare ${twice}`);
  return whole;
}

/** @param {string} source @param {string} [given] */
function plain(source, given) {
  return source
    .replace(IMPORT, (_, list, from) => (from === given ? `const { ${names(list).join(', ')} } = ${READER};\n` : ''))
    .replace(REEXPORT, '')
    .replace(/^export /gm, '');
}

const READER = 'cytoledgerReader';

/** @param {string} body @param {string} result */
function script(body, result) {
  const text = `'use strict';\n${result}(() => {\n\n${body}\n})();\n`;
  if (text.includes('</')) throw new Error('a script that is closed too early');
  new Script(text);
  return text;
}

function readerScript() {
  const provided = [...read('core.js').matchAll(REEXPORT)].flatMap(([, list]) => names(/** @type {string} */ (list)));
  return script(`${bundled('core.js')}\nreturn { ${provided.join(', ')} };`, `const ${READER} = `);
}

/** @param {string} text */
function hash(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The page as one file. */
export function page() {
  const reader = `\n${readerScript()}`;
  const ui = `\n${script(bundled('page.js', 'core.js'), '')}`;
  const style = `\n${read('page.css')}`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(reader)} ${hash(ui)}`,
    `style-src ${hash(style)}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts = { policy, style, reader, ui };
  return read('page.html').replace(/\/\* \{(\w+)\} \*\/|\{(policy)\}/g, (_, comment, attribute) => {
    return parts[/** @type {keyof typeof parts} */ (comment ?? attribute)];
  });
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(here, '..', 'verify.html'), page());
