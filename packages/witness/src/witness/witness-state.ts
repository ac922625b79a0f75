import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@cytoledger/attest/durable';
import { readHash } from '../decimal.ts';
import { WitnessError } from '../errors.ts';

/** The newest checkpoint of one log that was cosigned. */
export type Cosigned = {
  readonly size: number;
  readonly root: Buffer;
  /** Seconds since the epoch, as the cosignature tells. */
  readonly time: number;
  /** As the log signed it. */
  readonly note: string;
};

const FILE = 'state';
const VERSION = 1;

type Stored = { v: number; logs: { origin: string; size: number; root: string; time: number; note: string }[] };

/** What a witness has cosigned, by origin: one small file, JSON and the SHA-256 of that line. */
export class WitnessState {
  readonly #path: string;
  #logs: ReadonlyMap<string, Cosigned>;

  private constructor(path: string, logs: ReadonlyMap<string, Cosigned>) {
    this.#path = path;
    this.#logs = logs;
  }

  /** The state of a witness that has seen nothing; made with its key and never again. */
  static async create(folder: string): Promise<void> {
    await writeDurably(join(folder, FILE), written(new Map()));
  }

  /**
   * @throws WitnessError `state-missing`, `state-damaged`: a witness that forgot what it cosigned would cosign another history, so it does not begin
   *   anew by itself
   */
  static async open(folder: string): Promise<WitnessState> {
    const path = join(folder, FILE);
    try {
      return new WitnessState(path, read(await readFile(path, 'utf8'), path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new WitnessError('state-missing', `${path} is missing. ${NEVER_ANEW}`);
    }
  }

  get(origin: string): Cosigned | undefined {
    return this.#logs.get(origin);
  }

  /** Time of the newest cosignature; 0 before the first. */
  get lastTime(): number {
    return Math.max(0, ...[...this.#logs.values()].map(({ time }) => time));
  }

  /** On disk when it resolves; after a failure, as it was. One call at a time. */
  async set(origin: string, cosigned: Cosigned): Promise<void> {
    const logs = new Map(this.#logs).set(origin, cosigned);
    await writeDurably(this.#path, written(logs));
    this.#logs = logs;
  }
}

const NEVER_ANEW = 'Bring it back from where it was, or retire this key and make another in a new folder';

function written(logs: ReadonlyMap<string, Cosigned>): string {
  const stored: Stored = {
    v: VERSION,
    logs: [...logs].map(([origin, { size, root, time, note }]) => ({ origin, size, root: root.toString('base64'), time, note })),
  };
  const line = JSON.stringify(stored);
  return `${line}\n${digest(line)}\n`;
}

function read(content: string, path: string): ReadonlyMap<string, Cosigned> {
  const [line, sum, ...rest] = content.split('\n');
  if (line === undefined || rest.length !== 1 || rest[0] !== '' || digest(line) !== sum)
    throw new WitnessError('state-damaged', `${path} is damaged. ${NEVER_ANEW}`);
  const { v, logs } = JSON.parse(line) as Stored;
  if (v !== VERSION) throw new WitnessError('state-damaged', `${path} is of version ${v}; this reads ${VERSION}`);
  return new Map(logs.map(({ origin, size, root, time, note }) => [origin, { size, root: readHash(root)!, time, note }]));
}

function digest(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
