import { AttestError, type Checkpoint, type NoteSignature, type PolicyWitness, readNote, verifyNote } from '@cytoledger/attest';

/** Where a witness of the policy is asked: the URL below which it has `add-checkpoint`. */
export type WitnessAddress = { readonly name: string; readonly url: string };

/** What a witness said to a checkpoint. */
export type Verdict =
  | {
      readonly kind: 'cosigned';
      readonly signature: NoteSignature /** Seconds since the epoch, by its clock. */;
      readonly timestamp: number;
    }
  /** It has seen a larger log. */
  | { readonly kind: 'ahead'; readonly size: number }
  /** It has seen a log of which this is no continuation. */
  | { readonly kind: 'differs'; readonly message: string }
  /** It cannot be reached, or its answer says nothing. */
  | { readonly kind: 'failed'; readonly message: string };

/** A checkpoint as the log signed it, and what shows that it continues a smaller one. */
export type Asked = {
  readonly checkpoint: Checkpoint;
  /** Signed by the log. */
  readonly note: string;
  /** RFC 9162 §2.1.4 path from a size of at least 1. */
  readonly consistency: (size: number) => readonly Uint8Array[];
};

export type WitnessState = {
  readonly name: string;
  /** The largest size that it has cosigned as far as is known here. */
  readonly size: number;
  /** Why its newest answer was none; null after a cosignature. */
  readonly trouble: string | null;
};

const MAX_ANSWER = 64 * 1024;
/** It may have moved on by another way since it told its size. */
const TRIES = 3;
const DECIMAL = /^(0|[1-9]\d{0,15})\n?$/;

export type WitnessOptions = {
  readonly key: PolicyWitness;
  readonly url: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** It had cosigned `before`, and now says that it is at `now`: it came back from a copy of itself. */
  readonly onForgotten: (before: number, now: number) => void;
};

/** A client of one witness (C2SP tlog-witness). */
export class Witness {
  readonly key: PolicyWitness;
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #onForgotten: WitnessOptions['onForgotten'];
  /** Size that it was at when it answered last. */
  #size = 0;
  #trouble: string | null = null;
  #isBusy = false;

  constructor({ key, url, timeoutMs, signal, onForgotten }: WitnessOptions) {
    this.key = key;
    this.#url = new URL('add-checkpoint', url.endsWith('/') ? url : `${url}/`);
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#onForgotten = onForgotten;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  get state(): WitnessState {
    return { name: this.key.name, size: this.#size, trouble: this.#trouble };
  }

  /** Asks for a cosignature; never throws. One question at a time. */
  async ask(asked: Asked): Promise<Verdict> {
    this.#isBusy = true;
    try {
      const verdict = await this.#ask(asked);
      this.#trouble = verdict.kind === 'cosigned' ? null : told(verdict);
      return verdict;
    } catch (error) {
      this.#trouble = messageOf(error);
      return { kind: 'failed', message: this.#trouble };
    } finally {
      this.#isBusy = false;
    }
  }

  async #ask(asked: Asked): Promise<Verdict> {
    const { size } = asked.checkpoint;
    // It was told of something larger than this, once: it says how large.
    let old = Math.min(this.#size, size);
    for (let tries = 0; tries < TRIES; tries++) {
      const { status, text } = await this.#post(bodyOf(asked, old));
      if (status === 200) {
        const verdict = this.#cosignature(text, asked);
        if (verdict.kind === 'cosigned') this.#size = size;
        return verdict;
      }
      // Nothing has to be shown to who has seen nothing.
      if (status === 422 && old > 0)
        return { kind: 'differs', message: `it does not accept that ${size} entries continue its ${old}` };
      if (status !== 409) return { kind: 'failed', message: `it answered ${status}: ${text.slice(0, 200).trim()}` };
      const theirs = DECIMAL.test(text) ? Number(text) : Number.NaN;
      if (!Number.isSafeInteger(theirs)) return { kind: 'failed', message: 'its conflict does not tell its size' };
      if (theirs > size) return { kind: 'ahead', size: theirs };
      if (theirs === old && old === size) return { kind: 'differs', message: `it has cosigned another root of ${size} entries` };
      if (theirs < this.#size) this.#onForgotten(this.#size, theirs);
      this.#size = theirs;
      old = theirs;
    }
    return { kind: 'failed', message: 'its size changes with every question' };
  }

  #cosignature(lines: string, { checkpoint, note }: Asked): Verdict {
    const { text } = readNote(note);
    try {
      const { signatures } = readNote(`${text}\n${lines}`);
      const [verified] = verifyNote({ text, signatures }, [this.key]);
      const signature = signatures.find(({ name, id }) => name === this.key.name && id === this.key.id)!;
      return { kind: 'cosigned', signature, timestamp: verified!.timestamp! };
    } catch (error) {
      if (!(error instanceof AttestError)) throw error;
      return { kind: 'failed', message: `its cosignature of size ${checkpoint.size} does not hold (${error.code})` };
    }
  }

  async #post(body: string): Promise<{ status: number; text: string }> {
    const response = await fetch(this.#url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(this.#timeoutMs)]),
    });
    return { status: response.status, text: await bounded(response) };
  }
}

/** C2SP tlog-witness: the old size, the proof, a blank line, the checkpoint. */
function bodyOf({ checkpoint, note, consistency }: Asked, old: number): string {
  const proof = old === 0 || old === checkpoint.size ? [] : consistency(old);
  const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `old ${old}\n${lines.join('')}\n${note}`;
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > MAX_ANSWER) throw new Error('its answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function told(verdict: Exclude<Verdict, { kind: 'cosigned' }>): string {
  return verdict.kind === 'ahead' ? `it has cosigned ${verdict.size} entries` : verdict.message;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it does not answer in time';
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
}
