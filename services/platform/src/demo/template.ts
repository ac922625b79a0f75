import { isJsonObject, type JsonObject, type JsonValue } from '@cytoledger/attest';
import { ScenarioError } from './step.ts';
import type { Row, Tables } from './tables.ts';

const RANGE = /^(\d+)\.\.(\d+)$/;
const COLUMN = /\{(\w+)\}/g;
const NUMBER = /^\{(\w+)#\}$/;

/** Rows of `each`: a table of the scenario (narrowed by `where`), or a range such as `1..20`, which gives `n` and `nn`. */
export function rowsOf(each: string, where: JsonObject | undefined, tables: Tables): readonly Row[] {
  const range = RANGE.exec(each);
  const rows = range ? counting(Number(range[1]), Number(range[2])) : tables.get(each);
  if (!rows) throw new ScenarioError(`each: "${each}" is neither a range nor a table of this scenario`);
  return where
    ? rows.filter((row) => Object.entries(where).every(([column, wanted]) => [wanted].flat().includes(row[column]!)))
    : rows;
}

function counting(from: number, to: number): Row[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({ n: from + i, nn: String(from + i).padStart(2, '0') }));
}

/**
 * Writes a row into a template: `{column}` in texts, `{column#}` as a number, and `{"each": …, "item": …}` in a list as many items. What is no
 * column stays, e.g. the UCUM annotation in `10*6.{cells}`.
 */
export function filled(template: JsonValue, row: Row, tables: Tables): JsonValue {
  if (typeof template === 'string') return text(template, row);
  if (Array.isArray(template)) return template.flatMap((item) => items(item, row, tables));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [text(name, row), filled(value, row, tables)]));
}

function items(item: JsonValue, row: Row, tables: Tables): JsonValue[] {
  if (!isJsonObject(item) || typeof item['each'] !== 'string') return [filled(item, row, tables)];
  const { each, where, item: repeated } = item as JsonObject & { each: string; where?: JsonObject; item: JsonValue };
  const narrowed = where && (filled(where, row, tables) as JsonObject);
  return rowsOf(text(each, row), narrowed, tables).map((inner) => filled(repeated, { ...row, ...inner }, tables));
}

function text(template: string, row: Row): string {
  const number = NUMBER.exec(template);
  if (number && row[number[1]!] !== undefined) return Number(row[number[1]!]) as unknown as string;
  return template.replace(COLUMN, (whole, column: string) => (row[column] === undefined ? whole : String(row[column])));
}
