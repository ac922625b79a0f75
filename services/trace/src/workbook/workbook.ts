import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { type CellValue, cellXml, columnLetters, escaped, STYLE } from './cell-xml.ts';

/** A table of a workbook. Its rows are asked for once, when everything before them has been read. */
export type Sheet = {
  readonly name: string;
  readonly headings: readonly string[];
  readonly rows: Iterable<readonly CellValue[]>;
};

/** Media type of a SpreadsheetML workbook (ECMA-376). */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Rows that a sheet of Excel has, the first being headings. */
export const MAX_ROWS = 1_048_576;

const SHEET_ML = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const PART = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** Bytes of a sheet that are made at once, before others get their turn and the reader has taken them. */
const CHUNK = 64 * 1024;
const COLUMN_WIDTH = 24;

/**
 * A workbook as a stream: the rows are written while it is read, so that memory does not grow with them, and are packed on other threads. All text
 * is text: no identifier becomes a number or a date, and no formula is ever written.
 *
 * @param at time that stands in the archive: the same answer makes the same bytes
 */
export function workbook(sheets: readonly Sheet[], at: Date): Readable {
  const zip = new ZipFile();
  const packed = Readable.from(zip.outputStream);
  zip.on('error', (error: Error) => packed.destroy(error));
  const written = { mtime: at, forceDosTimestamp: true, mode: 0o100644 } as const;
  const part = (path: string, xml: string) => zip.addBuffer(Buffer.from(XML + xml), path, written);
  part('[Content_Types].xml', contentTypes(sheets));
  part('_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']]));
  part('xl/workbook.xml', workbookXml(sheets));
  part(
    'xl/_rels/workbook.xml.rels',
    relationships([...sheets.map((_, n) => ['worksheet', `worksheets/sheet${n + 1}.xml`] as const), ['styles', 'styles.xml']]),
  );
  part('xl/styles.xml', STYLES);
  for (const [n, sheet] of sheets.entries()) {
    zip.addReadStreamLazy(`xl/worksheets/sheet${n + 1}.xml`, written, (take) => {
      take(
        null,
        Readable.from(sheetXml(sheet)).on('error', (error) => packed.destroy(error)),
      );
    });
  }
  zip.end();
  return packed;
}

function* sheetXml({ headings, rows }: Sheet): Generator<Buffer> {
  const last = columnLetters(Math.max(headings.length, 1) - 1);
  let xml =
    `${XML}<worksheet xmlns="${SHEET_ML}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `<cols><col min="1" max="${Math.max(headings.length, 1)}" width="${COLUMN_WIDTH}" customWidth="1"/></cols><sheetData>`;
  const letters = headings.map((_, n) => columnLetters(n));
  xml += `<row r="1">${headings.map((heading, n) => cellXml(`${letters[n]}1`, heading, STYLE.heading)).join('')}</row>`;
  let number = 1;
  for (const row of rows) {
    number++;
    if (number > MAX_ROWS) throw new RangeError(`a sheet has at most ${MAX_ROWS} rows`);
    xml += `<row r="${number}">`;
    for (let n = 0; n < row.length; n++) xml += cellXml(`${letters[n] ?? columnLetters(n)}${number}`, row[n]!);
    xml += '</row>';
    if (xml.length >= CHUNK) {
      yield Buffer.from(xml);
      xml = '';
    }
  }
  yield Buffer.from(`${xml}</sheetData><autoFilter ref="A1:${last}${number}"/></worksheet>`);
}

function contentTypes(sheets: readonly Sheet[]): string {
  const override = (path: string, type: string) => `<Override PartName="${path}" ContentType="${type}+xml"/>`;
  return (
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/>${override('/xl/workbook.xml', `${PART}.sheet.main`)}` +
    `${sheets.map((_, n) => override(`/xl/worksheets/sheet${n + 1}.xml`, `${PART}.worksheet`)).join('')}` +
    `${override('/xl/styles.xml', `${PART}.styles`)}</Types>`
  );
}

function relationships(to: readonly (readonly [type: string, target: string])[]): string {
  const each = to.map(
    ([type, target], n) => `<Relationship Id="rId${n + 1}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${each.join('')}</Relationships>`;
}

function workbookXml(sheets: readonly Sheet[]): string {
  const each = sheets.map(({ name }, n) => `<sheet name="${escaped(sheetName(name))}" sheetId="${n + 1}" r:id="rId${n + 1}"/>`);
  return `<workbook xmlns="${SHEET_ML}" xmlns:r="${RELATIONSHIPS}"><sheets>${each.join('')}</sheets></workbook>`;
}

/** At most 31 characters, and none of those that stand in references. */
function sheetName(name: string): string {
  return name.replace(/[[\]:*?/\\']/g, ' ').slice(0, 31);
}

/** Plain, text (format 49, "@": what is typed over it stays text too), and the heading. */
const STYLES =
  `<styleSheet xmlns="${SHEET_ML}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>' +
  '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">' +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>';
