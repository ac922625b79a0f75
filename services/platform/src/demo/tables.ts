import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ScenarioError } from './step.ts';

export type Row = Readonly<Record<string, string | number>>;
/** By file name without its ending. */
export type Tables = ReadonlyMap<string, readonly Row[]>;

/** Annotations of UCUM units stand in braces too, as in `10*6.{cells}`: no column may be called so. */
const ANNOTATIONS = ['cells', 'score'];

/** Every `*.csv` of a folder; none where there is no such folder. The first line names the columns. */
export async function readTables(folder: string): Promise<Tables> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const tables = new Map<string, readonly Row[]>();
  for (const name of names.filter((each) => each.endsWith('.csv')).sort()) {
    const rows = parse(await readFile(join(folder, name)), { columns: true, comment: '#' }) as Row[];
    const taken = ANNOTATIONS.find((column) => rows[0] && column in rows[0]);
    if (taken)
      throw new ScenarioError(`${join(folder, name)}: no column may be called ${taken}, as UCUM units are annotated with it`);
    tables.set(basename(name, '.csv'), rows);
  }
  return tables;
}
