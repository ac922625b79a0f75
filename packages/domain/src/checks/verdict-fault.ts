import { broken, type Check, type Rule } from '../kernel/index.ts';
import { judgeResult, type Limit, type ResultValue } from '../quantity/index.ts';

type Judged = {
  readonly test: string;
  readonly verdict: string;
  readonly limit?: Limit | undefined;
  readonly value?: ResultValue | undefined;
};

/** A verdict is what the laboratory's own limit says of the value. `at` is where the result stands in the data. */
export function verdictFault(
  rules: { readonly verdictUndetermined: Rule; readonly verdictDisagrees: Rule },
  { limit, value, verdict, test }: Judged,
  at: string,
): Check {
  if (limit === undefined || value === undefined) return undefined;
  const judged = judgeResult(limit, value);
  if (judged.verdict === 'undetermined') {
    return verdict === 'pass' && broken(rules.verdictUndetermined, `${at}/value`, { test, problem: judged.problem.message.en });
  }
  return (
    judged.verdict !== verdict && broken(rules.verdictDisagrees, `${at}/verdict`, { test, verdict, computed: judged.verdict })
  );
}
