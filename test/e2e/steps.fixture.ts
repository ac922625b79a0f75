/** The steps that a walk-through did not say, in this order. */
export function missedSteps(said: string, steps: readonly string[]): string[] {
  let from = 0;
  return steps.filter((step) => {
    const at = said.indexOf(step, from);
    if (at >= 0) from = at + 1;
    return at < 0;
  });
}
