import type { Commands, Rehearsal } from '@cytoledger/commands';
import { type CaptureRequest, rehearse } from './capture.ts';
import { type HttpOutcome, httpOutcome } from './outcome.ts';
import { describeViolation, type Language, Refusal } from './problem.ts';
import { TITLES } from './titles.ts';

/** Whether `?dryRun=1` asks for what would become of it. @throws Refusal 400 for any other value: nobody records what was meant as a question */
export function isDryRun(query: unknown): boolean {
  const { dryRun } = (query ?? {}) as { readonly dryRun?: unknown };
  if (dryRun === undefined) return false;
  if (dryRun === '1') return true;
  throw new Refusal({
    status: 400,
    code: 'dry-run',
    title: TITLES.unreadable,
    detail: { en: 'Ask with dryRun=1, or leave it out.', zh: '请用 dryRun=1 试算，或不带此参数。' },
  });
}

const OUTCOMES = {
  record: 'would-be-recorded',
  refuse: 'would-be-refused',
  unreconciled: 'would-be-unreconciled',
  prepared: 'would-wait-for-second-signature',
  before: 'recorded-before',
} as const;

/** What would become of it, and every rule that it would break. Always 200 where it could be read: nothing was recorded, and nothing refused. */
export async function dryRun(
  commands: Commands,
  rehearsal: Rehearsal,
  request: CaptureRequest,
  language: Language,
): Promise<HttpOutcome> {
  const { aggregate, type } = request.route.fact;
  if (type.endsWith('.corrected.v1') || type.endsWith('.voided.v1')) {
    throw new Refusal({
      status: 400,
      code: 'dry-run',
      title: TITLES.notRehearsed,
      detail: {
        en: `Corrections of a ${aggregate.name} are judged against everything after them, and are not rehearsed.`,
        zh: `对 ${aggregate.name} 的更正须对照其后的全部记录判断，不能试算。`,
      },
    });
  }
  const rehearsed = await rehearse(commands, rehearsal, request);
  if ('kind' in rehearsed) return httpOutcome(rehearsed, language);
  const { outcome, findings, warnings, reasons } = rehearsed;
  const described = (violations: typeof findings) => violations.map((violation) => describeViolation(violation, language));
  return {
    status: 200,
    body: {
      outcome: OUTCOMES[outcome],
      dryRun: true,
      findings: described(findings),
      warnings: described(warnings),
      reasons: described(reasons),
    },
  };
}
