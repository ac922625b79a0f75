/** Whether a name begins with one of these; where none is given, every name does. */
export function beginsWithOneOf(name: string, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
}
