import { CliError } from './exit.ts';

/** What cac gives: strings come in lists, because it would otherwise make numbers of them. */
export type Options = Readonly<Record<string, unknown>>;

export const TEXT = { type: [String] } as { type: [StringConstructor] };

/** The last of what was given; undefined where it was left out. */
export function text(options: Options, name: string): string | undefined {
  return texts(options, name).at(-1);
}

export function texts(options: Options, name: string): string[] {
  const given = options[name];
  const list = Array.isArray(given) ? given : given === undefined ? [] : [given];
  return list.filter((item) => item !== undefined && item !== 'undefined').map(String);
}

/** @throws CliError */
export function needed(options: Options, name: string, advice: string): string {
  const value = text(options, name);
  if (value === undefined || value === '') throw new CliError(`--${name} is missing`, advice);
  return value;
}

export function isSet(options: Options, name: string): boolean {
  return options[name] === true;
}
