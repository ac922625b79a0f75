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

  constructor(path: string, onFault: (message: string) => void) {
    this.#path = path;
    this.#onFault = onFault;
  }

  async read(): Promise<Policy | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const edition = `${mtimeMs} ${size} ${ino}`;
      if (edition !== this.#edition) {
        this.#edition = edition;
        this.#policy = readPolicy(await readFile(this.#path, 'utf8'));
      }
    } catch (error) {
      this.#tell(error);
    }
    return this.#policy;
  }

  #tell(error: unknown): void {
    if (error instanceof AttestError) {
      this.#onFault(`${this.#path} is not a policy: ${error.message}`);
      return;
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (this.#edition === code) return;
    this.#edition = code;
    this.#onFault(`${this.#path} cannot be read (${code})`);
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
