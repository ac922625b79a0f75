import type { Row } from './row.ts';

const COLUMNS = ['name', 'value', 'unit', 'ceiling', 'ratio', 'target', 'met', 'peer', 'note'] as const;

/** The rows as a Markdown table that also reads well in a terminal. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => COLUMNS.map((column) => cell(row[column])));
  const widths = COLUMNS.map((column, n) => Math.max(column.length, ...cells.map((line) => line[n]!.length)));
  const shown = COLUMNS.map((_column, n) => cells.some((line) => line[n] !== ''));
  const lineOf = (texts: readonly string[], fill = ' ') =>
    `| ${texts
      .map((text, n) => text.padEnd(widths[n]!, fill))
      .filter((_text, n) => shown[n])
      .join(' | ')} |`;
  return [
    lineOf(COLUMNS),
    lineOf(
      COLUMNS.map(() => ''),
      '-',
    ),
    ...cells.map((line) => lineOf(line)),
  ].join('\n');
}

function cell(value: Row[(typeof COLUMNS)[number]]): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'NO';
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 3 }) : value;
}
