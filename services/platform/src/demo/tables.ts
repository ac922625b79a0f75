import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';

export type Row = Readonly<Record<string, string | number>>;
/** By file name without its ending. */
export type Tables = ReadonlyMap<string, readonly Row[]>;

/** Every `*.csv` of a folder; none where there is no such folder. The first line names the columns. */
export async function readTables(folder: string): Promise<Tables> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const tables = new Map<string, readonly Row[]>();
  for (const name of names.filter((each) => each.endsWith('.csv')).sort()) {
    tables.set(basename(name, '.csv'), parse(await readFile(join(folder, name)), { columns: true, comment: '#' }) as Row[]);
  }
  return tables;
}
