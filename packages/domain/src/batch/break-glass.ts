import { type Rule, sentence, type Violation } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { coded } from '../vocabulary/index.ts';
import { breakGlassRules } from './break-glass-rules.ts';
import { gateRules } from './gate-rules.ts';

/** Why one badge and PIN had to be enough. */
export const BreakGlassReason = coded({
  'life-threatening': { zh: '危及生命', en: 'life-threatening situation' },
  'cells-expiring': { zh: '细胞即将失效', en: 'the cells would expire' },
  'no-second-person': { zh: '无第二人在场', en: 'no second person available' },
  'no-signing-key': { zh: '签名密钥不可用', en: 'signing key not at hand' },
  'system-outage': { zh: '系统停用', en: 'system outage' },
  other: { zh: '其他', en: 'other' },
});

/** Within how long the second signature is due. */
export const BREAK_GLASS_TERM = {
  hours: 6,
  citation: breakGlassRules.used.citation,
  confirmed: false,
} as const;

const HOUR_MS = 3_600_000;

/** RFC 3339, UTC. `at`: when the glass was broken; when it was recorded, where that is not known. */
export function secondSignatureDue(at: string): string {
  return new Date(instant(at) + BREAK_GLASS_TERM.hours * HOUR_MS).toISOString();
}

/**
 * What break-glass passes over: entries that say where the bag is. The bag itself is in somebody's hand, and its code was scanned. Everything else
 * that speaks against a unit is about the cells or the patient, and stands (docs/decisions/0039-break-glass.md).
 */
const PASSED_OVER: ReadonlySet<Rule> = new Set([gateRules.inTransit, gateRules.notReceived]);

/** The gate's answer under break-glass: a finding in the place of what is passed over. */
export function underBreakGlass(violations: readonly Violation[]): readonly Violation[] {
  return violations.map((violation) =>
    PASSED_OVER.has(violation.rule)
      ? {
          rule: breakGlassRules.passedOver,
          pointer: violation.pointer,
          params: { rule: violation.rule.id, said: sentence(violation, 'en'), zh: sentence(violation, 'zh') },
        }
      : violation,
  );
}
