import { readFile, stat } from 'node:fs/promises';
import { AttestError, ED25519, keysAt, type Policy, readPolicy, readVkey, type Vkey } from '@cytoledger/attest';
import { WitnessError } from '../errors.ts';

export type KnownLogsOptions = {
  /** Policy files; the log keys of each count at the sizes that it says. Read again when they change. */
  readonly policies?: readonly string[];
  /** Verifier keys of logs, type 01, named like the origin; they count at every size. */
  readonly logVkeys?: readonly string[];
  /** What is wrong with a policy file; its last good edition goes on counting. */
  readonly onFault?: (message: string) => void;
};

/** The logs that a witness serves, and no other. */
export class KnownLogs {
  readonly #pinned: readonly Vkey[];
  readonly #files: readonly PolicyFile[];

  /** @throws WitnessError `invalid-log` */
  constructor({ policies = [], logVkeys = [], onFault = () => {} }: KnownLogsOptions) {
    this.#pinned = logVkeys.map(logVkey);
    this.#files = policies.map((path) => new PolicyFile(path, onFault));
    if (this.#pinned.length + this.#files.length === 0)
      throw new WitnessError('invalid-log', 'a witness serves only logs whose keys it is told: none is');
  }

  /**
   * Keys that may sign checkpoints of an origin, or none where it is not served.
   *
   * @param size the checkpoint's; without it, the keys at any size
   */
  async keysOf(origin: string, size?: number): Promise<readonly Vkey[]> {
    const policies = await Promise.all(this.#files.map((file) => file.read()));
    const ofPolicies = policies.flatMap((policy) => {
      if (policy?.origin !== origin) return [];
      return size === undefined ? policy.log : keysAt(policy.log, size);
    });
    return [...this.#pinned.filter(({ name }) => name === origin), ...ofPolicies];
  }
}

/** Followed while the witness runs: a new edition with the log's next key needs no restart. */
class PolicyFile {
  readonly #path: string;
  readonly #onFault: (message: string) => void;
  #policy: Policy | undefined;
  #edition = '';
  #reading: Promise<void> = Promise.resolve();

  constructor(path: string, onFault: (message: string) => void) {
    this.#path = path;
    this.#onFault = onFault;
  }

  async read(): Promise<Policy | undefined> {
    const edition = await this.#stamp();
    if (edition !== this.#edition) {
      this.#edition = edition;
      this.#reading = this.#load();
    }
    await this.#reading;
    return this.#policy;
  }

  /** Differs from edition to edition; where there is no file, says why. */
  async #stamp(): Promise<string> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      return `${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown';
    }
  }

  async #load(): Promise<void> {
    try {
      this.#policy = readPolicy(await readFile(this.#path, 'utf8'));
    } catch (error) {
      const isRead = error instanceof AttestError;
      if (!isRead && (error as NodeJS.ErrnoException).code === undefined) throw error;
      this.#onFault(`${this.#path} ${isRead ? 'is not a policy' : 'cannot be read'}: ${(error as Error).message}`);
    }
  }
}

function logVkey(text: string): Vkey {
  try {
    const vkey = readVkey(text);
    if (vkey.type === ED25519) return vkey;
  } catch (cause) {
    throw new WitnessError('invalid-log', `not a verifier key: ${text}`, { cause });
  }
  throw new WitnessError('invalid-log', `a log signs with a key of type 01 (Ed25519): ${text}`);
}
