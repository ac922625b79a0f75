import { createReadStream } from 'node:fs';
import type { JsonObject, JsonValue } from '@cytoledger/attest';
import { CsvError, parse } from 'csv-parse';
import { CliError } from '../exit.ts';
import { type Column, cellValue, columnOf, put } from './csv-columns.ts';
import { type Row, RowIds } from './row-id.ts';
import type { SourceLine } from './source-line.ts';

type Record = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

/**
 * The rows of a CSV file (RFC 4180) as lines: the first row says where the cells go. Empty cells are left out. `type` and `stream` may be given for
 * all rows; `capture` is an import with a precision of seconds, or of unknown where there is no time, unless columns say otherwise.
 *
 * @throws CliError for the headings, or a file that is no CSV
 */
export async function* csvLines(
  path: string,
  defaults: { readonly type?: string; readonly stream?: string },
): AsyncGenerator<SourceLine> {
  const ids = new RowIds();
  const records = createReadStream(path).pipe(parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true }));
  let columns: readonly Column[] | undefined;
  try {
    for await (const { record, info } of records as AsyncIterable<Record>) {
      if (!columns) columns = record.map(columnOf);
      else yield { line: info.lines, ...rowOf(record, columns, defaults, ids) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CliError(`${path}: ${error.message}`, 'Save it as CSV with commas and double quotes (RFC 4180), in UTF-8.');
  }
}

function rowOf(
  cells: readonly string[],
  columns: readonly Column[],
  defaults: { readonly type?: string; readonly stream?: string },
  ids: RowIds,
): { readonly text: string } | { readonly fault: string } {
  if (cells.length !== columns.length) return { fault: `${cells.length} cells where the heading has ${columns.length}` };
  const given: { [name: string]: unknown } = { ...defaults, occurredAt: null, capture: {}, data: {} };
  try {
    cells.forEach((cell, n) => {
      const { path, kind } = columns[n]!;
      if (cell !== '') put(given, path, cellValue(cell, kind));
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { fault: error.message };
  }
  const { id, ...row } = given as JsonObject;
  const said = { type: null, stream: null, ...row, capture: captureOf(row as JsonObject) } as unknown as Row;
  return { text: JSON.stringify({ id: id ?? ids.idOf(said), ...said }) };
}

function captureOf({ capture, occurredAt }: JsonObject): JsonValue {
  return { mode: 'import', precision: occurredAt === null ? 'unknown' : 's', ...(capture as JsonObject) };
}
