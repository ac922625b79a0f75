import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { VaultError } from '../errors.ts';

/** What was decided about a subject's key. Pseudonyms, times and reasons: no key, no personal value. */
export type RegisterEntry =
  | { readonly what: 'erased'; readonly subject: string; readonly at: string }
  | {
      readonly what: 'restricted';
      readonly subject: string;
      readonly at: string;
      readonly until: string | null;
      readonly reason: string;
    };

const HEAD = 'cytoledger vault register 1';
const OWNER_ONLY = 0o600;

/**
 * The list of erasures and restrictions, one JSON object a line, only appended to. It lies beside the log and is backed up with it, often and
 * for ever; the key file is not. So a key file that comes back from a backup meets a list that is newer, and what was erased is erased again.
 */
export class RegisterFile {
  private readonly path: string;
  private readonly file: number;
  private readonly erased = new Set<string>();
  private readonly restrictions = new Map<string, RegisterEntry & { what: 'restricted' }>();

  /** @throws VaultError `register-damaged` */
  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a+', OWNER_ONLY);
    try {
      const whole = this.withoutTornEnd(readFileSync(path));
      if (whole.length > 0) this.read(whole.toString('utf8'));
      else {
        this.append(`${HEAD}\n`);
        syncFolder(dirname(path));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get erasures(): ReadonlySet<string> {
    return this.erased;
  }

  get restricted(): Iterable<RegisterEntry & { what: 'restricted' }> {
    return this.restrictions.values();
  }

  /** Durable when it returns. What stands there already is not written again. */
  note(entry: RegisterEntry): void {
    if (this.erased.has(entry.subject)) return;
    if (entry.what === 'restricted' && this.covers(entry)) return;
    this.append(`${JSON.stringify(entry)}\n`);
    this.remember(entry);
  }

  close(): void {
    closeSync(this.file);
  }

  private covers({ subject, until }: RegisterEntry & { what: 'restricted' }): boolean {
    const known = this.restrictions.get(subject);
    if (known === undefined) return false;
    return known.until === null || (until !== null && Date.parse(until) <= Date.parse(known.until));
  }

  /** A disk that is nearly full takes a part, and refuses only what is asked after that. */
  private append(line: string): void {
    const bytes = Buffer.from(line, 'utf8');
    for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written);
    fsyncSync(this.file);
  }

  /** A line that a crash cut off was never acknowledged. */
  private withoutTornEnd(bytes: Buffer): Buffer {
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) ftruncateSync(this.file, end);
    return bytes.subarray(0, end);
  }

  private read(text: string): void {
    const [head, ...lines] = text.split('\n');
    if (head !== HEAD) throw this.damaged(1);
    lines.pop();
    for (const [n, line] of lines.entries()) {
      const entry = entryOf(line);
      if (entry === undefined) throw this.damaged(n + 2);
      this.remember(entry);
    }
  }

  private remember(entry: RegisterEntry): void {
    if (entry.what === 'restricted') {
      if (!this.covers(entry)) this.restrictions.set(entry.subject, entry);
      return;
    }
    this.erased.add(entry.subject);
    this.restrictions.delete(entry.subject);
  }

  private damaged(line: number): VaultError {
    return new VaultError(
      'register-damaged',
      `${this.path}, line ${line}: no entry of a vault register; bring the newest copy back, or what was erased may open again`,
    );
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function entryOf(line: string): RegisterEntry | undefined {
  try {
    const { what, subject, at, until, reason } = JSON.parse(line) as Record<string, unknown>;
    if (typeof subject !== 'string' || subject === '' || typeof at !== 'string') return undefined;
    if (what === 'erased') return { what, subject, at };
    if (what !== 'restricted' || typeof reason !== 'string' || !isEnd(until)) return undefined;
    return { what, subject, at, until, reason };
  } catch {
    return undefined;
  }
}

function isEnd(until: unknown): until is string | null {
  return until === null || (typeof until === 'string' && Number.isFinite(Date.parse(until)));
}
