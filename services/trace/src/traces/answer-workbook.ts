import type { Readable } from 'node:stream';
import type { CellValue } from '../workbook/cell-xml.ts';
import { MAX_CELL_TEXT } from '../workbook/cell-xml.ts';
import { MAX_ROWS, type Sheet, workbook } from '../workbook/workbook.ts';
import { aboutOf } from './about.ts';
import type { Answer } from './answer.ts';
import { BESIDE } from './beside.ts';
import { CodeWords } from './code-words.ts';
import { type Cell, type Column, columns } from './columns.ts';

type Language = 'en' | 'zh';
type Row = Readonly<Record<string, Cell>>;

const ROWS = { en: 'Answer', zh: '结果' } as const;
const CODES = { en: 'Codes in words', zh: '代码含义' } as const;
const CODE_COLUMNS = columns({ column: ['Column', '列'], code: ['Code', '代码'], meaning: ['Meaning', '含义'] });
const ABOUT = { en: 'About this answer', zh: '说明' } as const;

/**
 * An answer as a workbook: its rows, then as of when it is and what it may be lacking, then what stands beside the rows in the JSON (lineage,
 * numbers of other sites, samples, sisters), each on a sheet of its own. The codes of the rows are told in the reader's language on one more.
 */
export function workbookOf(answer: Answer, language: Language = 'en'): Readable {
  const cut: string[] = [];
  const sheets = [
    ...tables(ROWS[language], answer.columns, answer.rows, language, cut),
    about(answer, language, cut),
    ...codes(answer, language, cut),
    ...BESIDE.flatMap(({ member, title, columns }) => {
      const rows = (answer as unknown as Readonly<Record<string, readonly Row[] | undefined>>)[member] ?? [];
      return rows.length === 0 ? [] : tables(title[language], columns, rows, language, cut);
    }),
  ];
  return workbook(sheets, new Date(answer.asOf.recordedAt));
}

/** The table on as many sheets as it needs. */
function tables(name: string, columns: readonly Column[], rows: readonly Row[], language: Language, cut: string[]): Sheet[] {
  const headings = columns.map((column) => column[language]);
  const room = MAX_ROWS - 1;
  const count = Math.max(1, Math.ceil(rows.length / room));
  return Array.from({ length: count }, (_, n) => ({
    name: n === 0 ? name : `${name} ${n + 1}`,
    headings,
    rows: cellsOf(columns, rows, n * room, Math.min(rows.length, (n + 1) * room), cut),
  }));
}

function* cellsOf(
  columns: readonly Column[],
  rows: readonly Row[],
  from: number,
  to: number,
  cut: string[],
): Generator<CellValue[]> {
  for (let at = from; at < to; at++) {
    yield columns.map(({ key }) => {
      const value = cellOf(rows[at]![key] ?? null);
      if (typeof value === 'string' && value.length > MAX_CELL_TEXT) cut.push(`${key}, ${at + 2}`);
      return value;
    });
  }
}

function cellOf(cell: Cell): CellValue {
  return Array.isArray(cell) ? cell.join('; ') : (cell as CellValue);
}

/** What the codes of the rows mean, each once. */
function codes({ columns: own, rows }: Answer, language: Language, cut: string[]): Sheet[] {
  const words = new CodeWords(own, language);
  const meant = new Map<string, Row>();
  for (const row of rows) for (const each of words.in(row)) meant.set(`${each.column} ${each.code}`, each);
  return meant.size === 0 ? [] : tables(CODES[language], CODE_COLUMNS, [...meant.values()], language, cut);
}

/** Read after the rows, so that it can say what they could not hold. */
function about(answer: Answer, language: Language, cut: readonly string[]): Sheet {
  function* rows(): Generator<CellValue[]> {
    for (const [title, value] of aboutOf(answer)) yield [title[language], value];
    for (const place of cut) yield [language === 'en' ? 'Cut to what a cell holds' : '超出单元格长度而截断', place];
  }
  return { name: ABOUT[language], headings: language === 'en' ? ['What', 'Value'] : ['项目', '内容'], rows: rows() };
}
