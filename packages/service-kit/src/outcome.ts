import type { ConflictCode, Outcome } from '@cytoledger/commands';
import { describeViolation, type Language, PROBLEM_TYPE, type ProblemDocument, problemDocument } from './problem.ts';
import type { Answer } from './service.ts';
import { inWords, TITLES } from './titles.ts';

export type HttpOutcome = { readonly status: number; readonly body: object; readonly location?: string };

/** An outcome as an HTTP answer: the same for one event and for a line of many. */
export function httpOutcome(outcome: Outcome, language: Language): HttpOutcome {
  switch (outcome.kind) {
    case 'recorded': {
      const { replayed, receipt, findings, warnings } = outcome;
      return {
        status: replayed ? 200 : 201,
        location: placeOf(receipt),
        body: {
          outcome: 'recorded',
          receipt,
          findings: findings.map((finding) => describeViolation(finding, language)),
          warnings: warnings.map((warning) => describeViolation(warning, language)),
        },
      };
    }
    case 'prepared':
      return {
        status: 202,
        location: `/v1/releases/${outcome.receipt.stream.slice('release-'.length)}`,
        body: {
          outcome: 'prepared',
          receipt: outcome.receipt,
          release: outcome.receipt.stream.slice('release-'.length),
          missing: outcome.reasons.map((reason) => describeViolation(reason, language)),
        },
      };
    case 'unreconciled':
      return {
        status: outcome.replayed ? 200 : 202,
        location: placeOf(outcome.receipt),
        body: {
          outcome: 'unreconciled',
          receipt: outcome.receipt,
          reasons: outcome.reasons.map((reason) => describeViolation(reason, language)),
        },
      };
    case 'refused':
    case 'conflict':
    case 'invalid': {
      const body = problemOf(outcome, language);
      return { status: body.status, body };
    }
  }
}

/** Where the event is read: that one of its record's history, as soon as it is projected. */
function placeOf({ stream, seq, position }: Extract<Outcome, { kind: 'recorded' }>['receipt']): string {
  return `/v1/streams/${stream}/history?from=${seq}&limit=1&minPosition=${position}`;
}

const OUTCOMES = {
  refused: { en: 'Refused: rules are broken', zh: '不予授权：违反规则' },
  conflict: { en: 'Conflict', zh: '冲突' },
  invalid: TITLES.unreadable,
} as const;

const CONFLICTS: Readonly<Record<ConflictCode, string>> = {
  'event-id-conflict': '同一事件编号已用于其他内容',
  'opening-abandoned': '该记录的开立已被放弃，请另行开立',
};

function problemOf(outcome: Extract<Outcome, { kind: 'refused' | 'conflict' | 'invalid' }>, language: Language): ProblemDocument {
  const title = OUTCOMES[outcome.kind];
  if (outcome.kind === 'refused') {
    const violations = [...outcome.reasons, ...outcome.warnings].map((reason) => describeViolation(reason, language));
    return { ...problemDocument({ status: 422, code: 'refused-by-rule', title }, language), violations };
  }
  if (outcome.kind === 'conflict') {
    const detail = inWords(CONFLICTS[outcome.code], outcome.detail);
    return problemDocument({ status: 409, code: outcome.code, title, detail }, language);
  }
  return problemDocument({ status: 400, code: 'invalid', title, violations: outcome.problems }, language);
}

/** An outcome as a query route answers it. */
export function answerOf(outcome: Outcome, language: Language): Answer {
  const { status, body, location } = httpOutcome(outcome, language);
  return {
    status,
    body,
    type: status >= 400 ? PROBLEM_TYPE : 'application/json',
    ...(location !== undefined && { headers: { location } }),
  };
}
