import * as z from 'zod';
import type { Bilingual } from './problem.ts';

type Codes<C extends string> = { readonly [K in C]: K };

/** A closed list of codes. Its titles travel with it into OpenAPI as `x-titles`, so that a client in any language can show them. */
export type Coded<C extends string> = z.ZodEnum<Codes<C>>;

const TITLES = 'x-titles';

export function coded<const C extends string>(titles: { readonly [K in C]: Bilingual }): Coded<C> {
  const codes = Object.fromEntries(Object.keys(titles).map((code) => [code, code])) as Codes<C>;
  return z.enum(codes).meta({ [TITLES]: titles }) as Coded<C>;
}

/** Titles of every code of a list, in the list's order. */
export function titlesOf<C extends string>(list: Coded<C>): { readonly [K in C]: Bilingual } {
  return (list.meta()?.[TITLES] ?? {}) as { readonly [K in C]: Bilingual };
}

/** The title that a reader sees. A code from a later version of the list, unknown here, is shown as it stands. */
export function titleOf<C extends string>(list: Coded<C>, code: C | (string & {}), language: keyof Bilingual): string {
  const titles: Readonly<Record<string, Bilingual>> = titlesOf(list);
  return Object.hasOwn(titles, code) ? titles[code]![language] : code;
}
