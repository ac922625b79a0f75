// `pnpm bench [name…] [--strict]`: every benchmark in a process of its own, one after the other; a table, and JSON in results/.
import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from './row.ts';
import { table } from './table.ts';

const FOLDER = import.meta.dirname;
const MIB = 1024 * 1024;

type Given = { readonly bench: string; readonly seconds: number; readonly rows: readonly Row[]; readonly failure?: string };

const { values, positionals } = parseArgs({ options: { strict: { type: 'boolean', default: false } }, allowPositionals: true });
const all = globSync('*.bench.ts', { cwd: FOLDER })
  .map((file) => basename(file, '.bench.ts'))
  .sort();
const unknown = positionals.find((name) => !all.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`No benchmark is called ${unknown}; there are ${all.join(', ')}.\n`);
  process.exit(2);
}

const given: Given[] = [];
for (const bench of positionals.length > 0 ? positionals : all) {
  process.stderr.write(`${bench} …\n`);
  given.push(await measured(bench));
}
const rows = given.flatMap((one) => one.rows);
process.stdout.write(`${table(rows)}\n`);
for (const { bench, failure } of given) if (failure !== undefined) process.stdout.write(`${bench} gave no result: ${failure}\n`);
process.stdout.write(`Written to ${await written(given)}\n`);
const failed = given.some(({ failure }) => failure !== undefined);
const missed = rows.some(({ met }) => met === false);
process.exitCode = failed || (missed && values.strict) ? 1 : 0;

function measured(bench: string): Promise<Given> {
  const start = performance.now();
  return new Promise((resolve) => {
    let rows: readonly Row[] = [];
    let failure: string | undefined;
    const child = fork(join(FOLDER, 'one.ts'), [join(FOLDER, `${bench}.bench.ts`)]);
    child.on('message', (message: { rows: readonly Row[] } | { failure: string }) => {
      if ('rows' in message) rows = message.rows;
      else failure = message.failure;
    });
    child.on('exit', (code) => {
      if (rows.length === 0) failure ??= `it ended with ${code}`;
      const seconds = Math.round((performance.now() - start) / 100) / 10;
      resolve({ bench, seconds, rows, ...(failure !== undefined && { failure }) });
    });
  });
}

async function written(benches: readonly Given[]): Promise<string> {
  const at = new Date().toISOString();
  const processors = cpus();
  const machine = {
    cores: processors.length,
    processor: processors[0]?.model ?? 'unknown',
    memoryMiB: Math.round(totalmem() / MIB),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
  const folder = join(FOLDER, 'results');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${at.replaceAll(':', '-').slice(0, 19)}.json`);
  await writeFile(path, `${JSON.stringify({ at, machine, benches }, null, 2)}\n`);
  return path;
}
