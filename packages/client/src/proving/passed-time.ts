import { AttestError, type Policy, toleratedWitnesses, verifyReleasedCheckpoint } from '@cytoledger/attest';
import type { Client } from '../client.ts';
import { ApiProblem } from '../problem.ts';

/** A time that has passed, whatever the own clock says. */
export type PassedTime = { readonly ms: number; readonly checkpoint: string };

const SECOND = 1000;

/**
 * When the newest released checkpoint was cosigned, at the earliest: of the witnesses with the latest times as many as may misbehave are passed over.
 * Null where there is no checkpoint that the policy's quorum has cosigned.
 *
 * @throws ClientError where the platform does not answer
 */
export async function passedTime(client: Client, policy: Policy, signal: AbortSignal | undefined): Promise<PassedTime | null> {
  try {
    const checkpoint = await client.queryText('/log/checkpoint', { once: true, ...(signal && { signal }) });
    return { ms: timeOf(checkpoint, policy), checkpoint };
  } catch (error) {
    if (error instanceof AttestError || error instanceof ApiProblem) return null;
    throw error;
  }
}

/** @throws AttestError of a checkpoint that does not count */
export function timeOf(note: string, policy: Policy): number {
  const { checkpoint, cosignatures } = verifyReleasedCheckpoint(note, policy);
  const times = cosignatures.map(({ timestamp = 0 }) => timestamp).sort((a, b) => b - a);
  const liars = Math.max(0, toleratedWitnesses(policy, checkpoint.size));
  return times[Math.min(liars, times.length - 1)]! * SECOND;
}
