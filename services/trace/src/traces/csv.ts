import type { Answer } from './answer.ts';
import type { Cell } from './columns.ts';

/** Spreadsheets take a field that begins so for a formula (OWASP, "CSV Injection"); full-width forms too, in East Asian versions. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;
const BOM = '\uFEFF';

/**
 * RFC 4180 with CRLF, and a byte order mark so that Excel reads it as UTF-8. What would be a formula is written behind an apostrophe; a plain
 * negative number is not one.
 */
export function csvOf(answer: Pick<Answer, 'columns' | 'rows'>, language: 'en' | 'zh' = 'en'): string {
  const lines = [answer.columns.map((column) => column[language])];
  for (const row of answer.rows) lines.push(answer.columns.map(({ key }) => cellText(row[key] ?? null)));
  return (
    BOM +
    lines
      .map((line) => line.map(field).join(','))
      .join('\r\n')
      .concat('\r\n')
  );
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  return Array.isArray(cell) ? cell.join('; ') : String(cell);
}

function field(text: string): string {
  const safe = FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
