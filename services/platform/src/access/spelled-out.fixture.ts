/** Members of an alternation, one by one: `a/{b,c}` → `a/b`, `a/c`. */
export function spelledOut(pattern: string): string[] {
  const [all, members] = /\{([^{}]*)\}/.exec(pattern) ?? [];
  if (all === undefined || members === undefined) return [pattern];
  return members.split(',').flatMap((each) => spelledOut(pattern.replace(all, each)));
}
