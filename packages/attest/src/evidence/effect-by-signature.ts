import { ESIG_TYP } from '../signatures.ts';
import type { CountedSignature, JudgedSignature } from './entry-signatures.ts';
import { check, EvidenceRefusal } from './refusal.ts';

/** What the log must show for a type to take effect at all: so many persons, each with this meaning (null: any). */
type Needed = { readonly meaning: string | null; readonly persons: number };

const NEEDED: ReadonlyMap<string, Needed> = new Map([
  ['batch.released.v1', { meaning: 'release', persons: 2 }],
  ['batch.conditionally-released.v1', { meaning: 'conditional-release', persons: 2 }],
  ['batch.exceptionally-released.v1', { meaning: 'exceptional-release', persons: 2 }],
  ['batch.conditional-release-closed.v1', { meaning: 'conditional-release-closing', persons: 2 }],
  ['batch.specification-rebound.v1', { meaning: 'specification-rebinding', persons: 1 }],
  ['batch.rejected.v1', { meaning: null, persons: 1 }],
  ['batch.quarantine-lifted.v1', { meaning: 'quarantine-lifting', persons: 1 }],
  ['batch.break-glass-countersigned.v1', { meaning: 'break-glass-countersignature', persons: 1 }],
  ['correction.approved.v1', { meaning: 'correction-approval', persons: 1 }],
  ['material.released.v1', { meaning: 'material-release', persons: 1 }],
  ['person.linked.v1', { meaning: 'identity-link', persons: 2 }],
  ['person.unlinked.v1', { meaning: 'identity-link', persons: 2 }],
  ['person.withdrawal-decided.v1', { meaning: 'withdrawal-decision', persons: 1 }],
  ['shipment.crossing-authorised.v1', { meaning: 'crossing-authorisation', persons: 1 }],
  ['treatment.conditioning-authorised.v1', { meaning: 'conditioning-authorisation', persons: 1 }],
]);

export function takesEffectBySignature(type: string): boolean {
  return NEEDED.has(type);
}

/**
 * The platform refuses events of these types without signatures that count; so one without is no fact with a doubtful signature.
 *
 * @throws EvidenceRefusal the code of the first signature that does not count, `signatures-missing`
 */
export function checkEffect(type: string, signatures: readonly JudgedSignature[]): void {
  const needed = NEEDED.get(type);
  if (needed === undefined) return;
  for (const { code, kid } of signatures) {
    if (code !== 'counted')
      throw new EvidenceRefusal(code, `${type} takes effect by signature, and that of ${kid} does not count`);
  }
  const { meaning, persons } = needed;
  const signers = new Set(
    (signatures as readonly CountedSignature[])
      .filter((one) => one.typ === ESIG_TYP && one.person !== null && (meaning === null || one.meaning === meaning))
      .map(({ org, person }) => JSON.stringify([org, person])),
  );
  check(signers.size >= persons, 'signatures-missing', `${type} is signed by ${signers.size} persons, not ${persons}`);
}

/** In these, signers say up to where they have read. */
const REVIEWING = new Set([
  'batch.released.v1',
  'batch.conditionally-released.v1',
  'batch.exceptionally-released.v1',
  'batch.conditional-release-closed.v1',
  'batch.rejected.v1',
]);

export function isReviewing(type: string): boolean {
  return REVIEWING.has(type);
}
