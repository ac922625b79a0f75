/** One sentence in the two languages the platform answers in. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** Why a text could not be read. `code` is stable (`isbt128.check-character`); the sentence names what is wrong with it. */
export interface Problem {
  readonly code: string;
  readonly message: Bilingual;
  readonly expected?: string;
  readonly given?: string;
}

/** What a parser gives back: the parts, or the problem. Parsers in the domain never throw. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export const understood = <T>(value: T): Parsed<T> => ({ ok: true, value });

export const misread = (code: string, en: string, zh: string, detail?: { expected?: string; given?: string }): Parsed<never> => ({
  ok: false,
  problem: { code, message: { zh, en }, ...detail },
});
