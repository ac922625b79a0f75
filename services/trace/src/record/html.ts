/** HTML that may be put into other HTML as it stands. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Whatever is put in is escaped, unless it is {@link Html} itself. */
export function html(parts: TemplateStringsArray, ...values: readonly (Html | string | number)[]): Html {
  return new Html(
    parts.reduce((text, part, n) => {
      const value = values[n - 1]!;
      return text + (value instanceof Html ? String(value) : escaped(String(value))) + part;
    }),
  );
}

/** @param heads empty where the first column says what the second is */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  if (rows.length === 0) return html`<p>–</p>`;
  const head =
    heads.length === 0
      ? ''
      : `<thead><tr>${heads.map((each) => String(html`<th scope="col">${each}</th>`)).join('')}</tr></thead>`;
  const lines = rows.map((cells) => {
    const [first, ...others] = cells.map((cell, n) =>
      String(n === 0 && heads.length === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`),
    );
    return `<tr>${first ?? ''}${others.join('')}</tr>`;
  });
  return new Html(`<table>${head}<tbody>${lines.join('')}</tbody></table>`);
}

export function list(items: readonly string[]): Html {
  return new Html(`<ul>${items.map((item) => String(html`<li>${item}</li>`)).join('')}</ul>`);
}

export function section(title: string, parts: readonly (Html | '')[]): Html {
  return new Html(`<section>${html`<h2>${title}</h2>`}${parts.map(String).join('\n')}</section>`);
}
