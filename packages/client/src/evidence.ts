import { open, rename, rm } from 'node:fs/promises';
import type { CallOptions, Query } from './client.ts';
import { ClientError } from './errors.ts';

/** What an evidence bundle shall hold beside the batch, and what it shall wait for. */
export type EvidenceOptions = {
  /** With everything that the batch was made of and touched by, each with the proof that it is whole. */
  readonly lineage?: boolean;
  /** Sizes of checkpoints that you kept, at most 10: the bundle shows that the log still begins with them. */
  readonly saved?: readonly number[];
  /** Seconds, at most 30, to wait for monitors to cosign that nothing is left out. Default: the platform's, 3. */
  readonly monitors?: number;
  /** Personal values that your organisation reported, opened for this bundle; values that were erased are marked as such. */
  readonly disclosures?: boolean;
  /** From a receipt: the bundle knows of that event. */
  readonly minPosition?: string;
};

/** Evidence to take away. It proves nothing before a verifier has read it, with a policy that is not the platform's own. */
export type Evidence = {
  /**
   * The bundle about a batch (docs/formats/evidence-bundle.md), as its bytes come: nothing of it is kept in memory.
   *
   * @throws ApiProblem (404: nothing to be known; 422 `evidence-too-large`; 503 `not-released-yet`, after every attempt); ClientError, also while it
   * is read: `unreadable-answer` where it was cut short
   */
  evidence(batch: string, options?: EvidenceOptions, call?: CallOptions): Promise<AsyncIterable<Uint8Array>>;
  /**
   * The same, in a file that is there once it is whole and on the disk; one of that name is replaced then and not before.
   *
   * @returns how many bytes it has
   * @throws as {@link evidence}; what the file system says
   */
  saveEvidence(batch: string, path: string, options?: EvidenceOptions, call?: CallOptions): Promise<number>;
};

type Fetch = (path: string, query: Query, call: CallOptions) => Promise<AsyncIterable<Uint8Array>>;

export function evidenceFrom(fetch: Fetch): Evidence {
  const evidence: Evidence['evidence'] = async (batch, options = {}, call = {}) =>
    whole(await fetch(`/v1/batches/${encodeURIComponent(batch)}/evidence`, queryOf(options), call), call);
  return {
    evidence,
    saveEvidence: async (batch, path, options, call) => written(path, await evidence(batch, options, call)),
  };
}

function queryOf({ lineage, saved = [], monitors, disclosures, minPosition }: EvidenceOptions): Query {
  return {
    lineage: lineage ? '1' : undefined,
    saved: saved.length > 0 ? saved.join(',') : undefined,
    monitors,
    disclosures: disclosures ? 'shown' : undefined,
    minPosition,
  };
}

/** What ends without the line that says how many there were was cut off on the way, whoever ended it. */
async function* whole(bytes: AsyncIterable<Uint8Array>, { signal }: CallOptions): AsyncGenerator<Uint8Array> {
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of bytes) {
      tail = Buffer.concat([tail, chunk.subarray(-END_LINE_BYTES)]).subarray(-END_LINE_BYTES);
      yield chunk;
    }
  } catch (cause) {
    if (signal?.aborted) throw new ClientError('aborted', 'ended by the caller', { cause });
    throw new ClientError('unreadable-answer', 'the evidence was cut short', { cause });
  }
  if (!END_LINE.test(tail.toString('latin1'))) throw new ClientError('unreadable-answer', 'the evidence was cut short');
}

const END_LINE = /\n\{"entries":\d{1,16},"kind":"end","lines":\d{1,16}\}\n$/;
const END_LINE_BYTES = 128;

async function written(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const part = `${path}.part`;
  let size = 0;
  try {
    const file = await open(part, 'w');
    try {
      for await (const chunk of bytes) {
        await file.writeFile(chunk);
        size += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return size;
}
