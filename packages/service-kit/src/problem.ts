import type { Problem as Unread } from '@cytoledger/commands';
import { type Bilingual, sentence, type Violation } from '@cytoledger/domain';

/** RFC 9457 problem details, with every rule that was broken. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly violations?: readonly ProblemViolation[];
};

export type ProblemViolation = {
  readonly rule: string;
  readonly severity: string;
  /** JSON pointer (RFC 6901) into what was sent. */
  readonly pointer: string;
  readonly message: string;
  readonly citation?: string;
  readonly jurisdiction?: string;
};

export type Language = 'en' | 'zh';

export const PROBLEM_TYPE = 'application/problem+json';

/** What is refused, before it is known in which language it is read. */
export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: Bilingual;
  readonly detail?: Bilingual;
  readonly violations?: readonly Unread[];
};

/** The one error that the kit answers with as it stands. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super((problem.detail ?? problem.title).en);
    this.problem = problem;
    this.headers = headers;
  }
}

export function problemDocument(problem: Problem, language: Language, instance?: string): ProblemDocument {
  const { status, code, title, detail, violations } = problem;
  return {
    type: `urn:cytoledger:problem:${code}`,
    title: title[language],
    status,
    code,
    ...(detail !== undefined && { detail: detail[language] }),
    ...(instance !== undefined && { instance }),
    ...(violations !== undefined && { violations: violations.map((violation) => described(violation, language)) }),
  };
}

/** What could not be read is refused, whatever it is: it could not even be judged. */
function described({ rule, pointer, message }: Unread, language: Language): ProblemViolation {
  return { rule, severity: 'impossible', pointer, message: message[language] };
}

export function describeViolation(violation: Violation, language: Language): ProblemViolation {
  const { rule, pointer } = violation;
  return {
    rule: rule.id,
    severity: rule.severity,
    pointer,
    message: sentence(violation, language),
    citation: rule.confirmed
      ? rule.citation
      : `${rule.citation} (${language === 'zh' ? '引文待确认' : 'citation to be confirmed'})`,
    jurisdiction: rule.jurisdiction,
  };
}

/** zh where it is preferred over en (RFC 9110 §12.5.4), else en. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (!acceptLanguage) return 'en';
  let best: { language: Language; q: number } = { language: 'en', q: 0 };
  for (const part of acceptLanguage.split(',', 20)) {
    const [tag = '', ...parameters] = part.trim().split(';');
    const q = Number(
      parameters
        .find((parameter) => parameter.trim().startsWith('q='))
        ?.trim()
        .slice(2) ?? '1',
    );
    const language = tag.toLowerCase().startsWith('zh') ? 'zh' : tag.toLowerCase().startsWith('en') ? 'en' : null;
    if (language && q > best.q) best = { language, q };
  }
  return best.language;
}
