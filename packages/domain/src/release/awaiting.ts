import type { AnyFact, Violation } from '../kernel/index.ts';

/** Rule that names the role whose signature is missing; once for each. */
const SIGNATURE_MISSING = 'release.signature-missing';

/**
 * Whether nothing stands against the fact but its second signature: then the first waits in `release-<id>`. A single signature that fills no
 * role leaves two missing, and waits for nothing.
 */
export function awaitsSecondSignature(
  fact: Pick<AnyFact, 'signatures'>,
  signerCount: number,
  reasons: readonly Pick<Violation, 'rule'>[],
): boolean {
  return fact.signatures?.count === 2 && signerCount === 1 && reasons.length === 1 && reasons[0]!.rule.id === SIGNATURE_MISSING;
}
