/** A rule that was broken, or a place that could not be read. */
export type Violation = {
  readonly rule: string;
  /** `gate` refuses an authorisation; `finding` is recorded with the fact; `warn` is shown; `impossible` could not be read or applied. */
  readonly severity: 'gate' | 'finding' | 'warn' | 'impossible';
  /** JSON pointer (RFC 6901) into what was sent. */
  readonly pointer: string;
  /** In the language that was asked for. */
  readonly message: string;
  readonly citation?: string;
  readonly jurisdiction?: string;
};

/** RFC 9457 problem details as the platform writes them. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly violations?: readonly Violation[];
};

/** The platform has answered, and the answer is no. Nothing was recorded, except where the status is 503. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** Stable, e.g. `refused-by-rule`, `event-id-conflict`, `invalid`, `forbidden`, `unauthenticated`. */
  readonly code: string;
  readonly violations: readonly Violation[];
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(sentenceOf(problem));
    this.status = problem.status;
    this.code = problem.code;
    this.violations = problem.violations ?? [];
    this.problem = problem;
  }
}

function sentenceOf({ title, detail, violations = [] }: Problem): string {
  const said = violations.map(({ pointer, message }) => (pointer === '' ? message : `${pointer}: ${message}`));
  return [detail === undefined ? title : `${title}: ${detail}`, ...said].join('\n  ');
}

/** A problem out of an answer's body; for bodies of something else (a proxy), one that says so. */
export function problemIn(body: unknown, status: number): Problem {
  const given = body as Partial<Problem> | null;
  if (typeof given === 'object' && given !== null && typeof given.code === 'string' && typeof given.title === 'string') {
    return { ...given, type: given.type ?? `urn:cytoledger:problem:${given.code}`, status } as Problem;
  }
  return { type: 'about:blank', title: `HTTP ${status}`, status, code: `http-${status}` };
}
