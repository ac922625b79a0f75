import { base64, fromBase64 } from '../base64.ts';
import { AttestError } from '../errors.ts';
import { checkHash, EMPTY_ROOT } from '../merkle.ts';
import { readTreeSize } from './tree-size.ts';
import { checkKeyName } from './vkey.ts';

/** What a log says of itself at one size (C2SP tlog-checkpoint v1). */
export type Checkpoint = {
  /** Names the log; also the name of its key in notes. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
};

/**
 * The text of a checkpoint, to be signed: `origin\nsize\nbase64 root\n`.
 *
 * @throws AttestError `invalid-checkpoint`, `invalid-hash`, `invalid-vkey` (an origin that could not name a key)
 */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  checkKeyName(origin);
  checkHash(root);
  const checkpoint = { origin, size, root };
  if (!Number.isSafeInteger(size) || size < 0) throw invalid('a size is a whole number from 0 to 2^53−1');
  checkEmpty(checkpoint);
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/**
 * Reads a checkpoint's text. Extension lines, which the specification lets a log add, are refused: no monitor could audit them.
 *
 * @throws AttestError `invalid-checkpoint`
 */
export function readCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, end, ...more] = text.split('\n');
  if (origin === undefined || origin === '' || sizeText === undefined || rootText === undefined || end === undefined)
    throw invalid('a checkpoint has three lines: origin, size and root');
  if (end !== '' || more.length > 0) throw invalid('extension lines are not accepted');
  const size = readTreeSize(sizeText);
  if (size === undefined) throw invalid('the size is a decimal number without leading zeros, at most 2^53−1');
  const root = fromBase64(rootText);
  if (root?.length !== 32) throw invalid('the root is the base64 of 32 bytes');
  const checkpoint = { origin, size, root };
  checkEmpty(checkpoint);
  return checkpoint;
}

function checkEmpty({ size, root }: Checkpoint): void {
  if (size === 0 && !EMPTY_ROOT.equals(root)) throw invalid('the root of no entries is the SHA-256 of nothing');
}

function invalid(message: string): AttestError {
  return new AttestError('invalid-checkpoint', message);
}
