import type { Recorded } from '../kernel/index.ts';
import { unversioned } from './unversioned.ts';

/** Set by people and policies, and lifted by a signed fact of its own: nothing else ends them. */
const LIFTED = /^batch\.(?:quarantined|held)$/;

/** Nothing lifts them: they are taken back only, by the quality assurance of whose record it is. */
const WITHHOLDING =
  /^(?:batch\.(?:recalled|unit-damaged|unit-returned|test-recorded)|material\.(?:recalled|rejected)|shipment\.excursion-detected)$/;

export function isLifted(type: string): boolean {
  return LIFTED.test(unversioned(type));
}

/** Whether entries of this type can keep cells from a patient, so that taking one back can give them. */
export function mayWithhold(type: string): boolean {
  return WITHHOLDING.test(unversioned(type));
}

/** Whether this very entry does: a report on which everything passed keeps nothing from anybody. */
export function withholds({ type, data }: Pick<Recorded, 'type' | 'data'>): boolean {
  if (!mayWithhold(type)) return false;
  const { results } = data as { readonly results?: readonly { readonly verdict?: string }[] };
  return results === undefined || results.some(({ verdict }) => verdict === 'fail');
}
