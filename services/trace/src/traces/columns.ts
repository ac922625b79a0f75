/** What stands in one field of an answer. Lists are written with semicolons in CSV. */
export type Cell = string | number | boolean | null | readonly string[];

export type Column = { readonly key: string; readonly en: string; readonly zh: string };

/** Columns in the order in which they are read, as `key: [English, Chinese]`. */
export function columns(titles: Readonly<Record<string, readonly [en: string, zh: string]>>): readonly Column[] {
  return Object.entries(titles).map(([key, [en, zh]]) => ({ key, en, zh }));
}
