import { type Policy, readEventProof, verifyEventProof } from '@cytoledger/attest';
import type { Table, Unproven } from './table.ts';

export type Prover = {
  /** Of the platform. */
  readonly url: string;
  readonly token: string;
  /** The centre's own copy, not the one that the platform serves. */
  readonly policy: Policy;
};

/** Not the event that the topics told stands in the log. */
export class ContradictedError extends Error {
  override readonly name = 'ContradictedError';
}

const AT_ONCE = 100;
const NOT_YET = 503;

/**
 * Proves what came and is not proven yet: each event is a leaf of the tree under a checkpoint that a quorum of witnesses has cosigned.
 *
 * @returns how many were proven; the others have to wait for the next checkpoint
 * @throws ContradictedError, AttestError: keep what you have, and tell the regulator
 */
export async function proveWhatCame(table: Table, prover: Prover): Promise<number> {
  let proven = 0;
  for (const event of table.unproven(AT_ONCE)) {
    const size = await prove(event, prover);
    if (size === undefined) break;
    table.proven(event, size);
    proven++;
  }
  return proven;
}

/** Size of the checkpoint that proves it; undefined while there is none. */
async function prove({ stream, seq, leaf }: Unproven, { url, token, policy }: Prover): Promise<number | undefined> {
  const answer = await fetch(new URL(`/v1/streams/${stream}/${seq}/proof`, url), {
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status === NOT_YET) return undefined;
  if (!answer.ok) throw new Error(`${stream} ${seq}: ${answer.status} ${await answer.text()}`);
  const proof = verifyEventProof(readEventProof((await answer.json()) as never), policy);
  if (proof.leaf === leaf && proof.header.stream === stream && proof.header.seq === seq) return proof.size;
  throw new ContradictedError(`${stream} ${seq}: the log proves ${proof.leaf}, the topic told ${leaf}`);
}
