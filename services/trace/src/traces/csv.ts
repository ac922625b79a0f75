import { completenessLine } from './about.ts';
import type { Answer } from './answer.ts';
import { CodeWords } from './code-words.ts';
import { type Cell, columns } from './columns.ts';

/** Spreadsheets take a field that begins so for a formula (OWASP, "CSV Injection"); full-width forms too, in East Asian versions. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;
const BOM = '\uFEFF';

const WORDS = columns({ inWords: ['Codes in words', '代码含义'] });

const MOMENT = columns({
  asOfPosition: ['As of log position', '截至日志位置'],
  asOfRecorded: ['As of, recorded', '截至（记录时间）'],
  asOfOccurred: ['As of, occurred', '截至（发生时间）'],
  completeness: ['Completeness', '完整性'],
});

/**
 * An answer as CSV. A row may be cut out and mailed: each says what its codes mean, as of when it holds and how complete the answer was. An answer
 * without rows says so in one line that has nothing else.
 */
export function answerCsv(answer: Answer, language: 'en' | 'zh' = 'en'): string {
  const { columns: own, rows, asOf } = answer;
  const moment = {
    asOfPosition: asOf.position,
    asOfRecorded: asOf.recordedAt,
    asOfOccurred: asOf.occurredAt,
    completeness: completenessLine(answer),
  };
  const words = new CodeWords(own, language);
  const told = rows.length === 0 ? [moment] : rows.map((row) => ({ ...row, inWords: words.line(row), ...moment }));
  return csvOf({ columns: [...own, ...WORDS, ...MOMENT], rows: told }, language);
}

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
