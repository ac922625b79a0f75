/** A table for a terminal. Chinese characters are two columns wide. */
export function tableText(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, n) => Math.max(width(heading), ...rows.map((row) => width(row[n] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, n) => cell + ' '.repeat(widths[n]! - width(cell)))
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((n) => '-'.repeat(n))), ...rows.map(line)].join('\n');
}

/** Columns that a text takes (Unicode TR 11, wide and fullwidth). */
function width(text: string): number {
  let columns = 0;
  for (const character of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character)
      ? 2
      : 1;
  return columns;
}
