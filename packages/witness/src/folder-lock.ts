import { join } from 'node:path';
import { takeLock } from '@cytoledger/attest/durable';
import { WitnessError } from './errors.ts';

/**
 * At most one process for a folder: two that shared a state could each cosign another history.
 *
 * @returns what frees it; again is harmless
 * @throws WitnessError `in-use`
 */
export function lockFolder(folder: string): () => void {
  const free = takeLock(join(folder, 'lock'));
  if (!free) throw new WitnessError('in-use', `another process works in ${folder}`);
  return free;
}
