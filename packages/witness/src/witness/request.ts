import { readHash, readSize } from '../decimal.ts';

/** What a log asks of a witness (C2SP tlog-witness, add-checkpoint). */
export type AddCheckpoint = {
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
  /** The signed checkpoint, still to be read. */
  readonly note: string;
};

const MAX_PROOF_LINES = 63;

/** Reads a request's body: `old N`, proof lines, an empty line, a note. Undefined where it has another form. */
export function readAddCheckpoint(body: Uint8Array): AddCheckpoint | undefined {
  const text = utf8(body);
  const blank = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || blank < 0) return undefined;
  const [first, ...proofLines] = text.slice(0, blank).split('\n');
  const oldSize = first!.startsWith('old ') ? readSize(first!.slice('old '.length)) : undefined;
  const proof = proofLines.map(readHash);
  if (oldSize === undefined || proof.length > MAX_PROOF_LINES || !proof.every((hash) => hash !== undefined)) return undefined;
  return { oldSize, proof, note: text.slice(blank + 2) };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
