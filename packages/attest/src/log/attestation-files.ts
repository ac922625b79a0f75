import { join } from 'node:path';
import { stepFile } from './stepped-nodes.ts';

/** What stands where in the folder of attestation (docs/decisions/0014). */
export const attestationFiles = (folder: string) => ({
  /** Hashes of the main log. */
  log: join(folder, 'log'),
  /** Of them, the nodes of every fourth height. */
  step: (step: number) => join(folder, 'log', stepFile(step)),
  /** The position of each leaf's event: see {@link POSITION_BYTES}. */
  positions: join(folder, 'index'),
  heads: join(folder, 'heads.db'),
  /** The checkpoint that was signed last. */
  signed: join(folder, 'signed'),
  /** All checkpoints that a quorum has cosigned. */
  releases: join(folder, 'releases.db'),
  /** The last of them. */
  published: join(folder, 'published'),
  /** The newest heads note. */
  headsNote: join(folder, 'heads'),
  /** Put there by an operator: a released checkpoint that is newer than what this copy of the folder knows. */
  resume: join(folder, 'resume'),
  /** Held by who attests. */
  lock: join(folder, 'lock'),
  /** Of a demonstration; elsewhere it is configured. */
  policy: join(folder, 'policy.txt'),
});

/** A store's position as a record: its one or two groups, 64 bits each; where there is one group, the second is all ones. */
export const POSITION_BYTES = 16;
const NO_GROUP = 2n ** 64n - 1n;

export function writePosition(position: string, target: Buffer, at = 0): void {
  const single = Number(position);
  if (Number.isSafeInteger(single)) {
    target.writeUInt32BE(Math.floor(single / 2 ** 32), at);
    target.writeUInt32BE(single % 2 ** 32, at + 4);
    target.writeUInt32BE(0xffff_ffff, at + 8);
    target.writeUInt32BE(0xffff_ffff, at + 12);
    return;
  }
  const [first, second] = position.split('-');
  target.writeBigUInt64BE(BigInt(first!), at);
  target.writeBigUInt64BE(second === undefined ? NO_GROUP : BigInt(second), at + 8);
}

export function readPosition(source: Buffer, at = 0): string {
  const first = source.readBigUInt64BE(at);
  const second = source.readBigUInt64BE(at + 8);
  return second === NO_GROUP ? `${first}` : `${first}-${second}`;
}
