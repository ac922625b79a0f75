const INVISIBLE = /\s|\u200B|\u200C|\u200D|\u2060|\uFEFF/g;

/**
 * The form in which identifiers are searched: Unicode NFKC (full-width digits become ASCII), upper case, without spaces. Two codes that differ
 * in nothing else are shown together; the value as written stays what it is.
 */
export function normalised(value: string): string {
  const next = value.normalize('NFKC').toUpperCase().replace(INVISIBLE, '');
  return next === value ? value : normalised(next);
}
