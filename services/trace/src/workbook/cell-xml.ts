/** What stands in one cell. Numbers and truth values are such; everything else is text, of which Excel makes nothing else. */
export type CellValue = string | number | boolean | null;

/** Excel's limit for the text of one cell (ECMA-376 leaves it to the application). */
export const MAX_CELL_TEXT = 32_767;

/** Styles of `xl/styles.xml`, by their place there. */
export const STYLE = { plain: 0, text: 1, heading: 2 } as const;

export type Style = (typeof STYLE)[keyof typeof STYLE];

/** One `<c>` of a sheet (ECMA-376 part 1, §18.3.1.4); nothing for an empty cell. @param reference e.g. `B7` */
export function cellXml(reference: string, value: CellValue, style: Style = STYLE.text): string {
  if (value === null || value === '') return '';
  if (typeof value === 'boolean') return `<c r="${reference}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if (typeof value === 'number' && Number.isFinite(value)) return `<c r="${reference}"><v>${value}</v></c>`;
  const text = escaped(String(value).slice(0, MAX_CELL_TEXT).toWellFormed());
  return `<c r="${reference}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** Letters of a column, counted from 0: A, B, …, Z, AA. */
export function columnLetters(column: number): string {
  const rest = Math.floor(column / 26) - 1;
  return (rest < 0 ? '' : columnLetters(rest)) + String.fromCharCode(65 + (column % 26));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML 1.0 cannot hold, and a carriage return, which it would turn into a line feed
const UNSAFE = /[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

/** Text for an XML element; what XML cannot hold as `_xHHHH_` (ST_Xstring, ECMA-376 part 1, §22.9.2.19), and what looks like that likewise. */
export function escaped(text: string): string {
  return text.replace(
    UNSAFE,
    (found) => ENTITIES[found] ?? `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
}
