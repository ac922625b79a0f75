/** Ids that a seed gives: the same story has the same ids in every run. */
export function uuid(kind: number, n: number): string {
  const hex = n.toString(16).padStart(12, '0');
  return `0192f5c4-${kind.toString(16).padStart(4, '0')}-7000-8000-${hex}`;
}
