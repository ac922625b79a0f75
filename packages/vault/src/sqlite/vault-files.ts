import { VaultError } from '../errors.ts';
import type { DisclosureEntry, OpenedDisclosure, OpenOptions } from '../port.ts';
import { DisclosureFile } from './disclosure-file.ts';
import { KeyFile, type SubjectKey } from './key-file.ts';

export type VaultFilesOptions = {
  readonly dataPath: string;
  readonly keysPath: string;
  readonly masterKey?: Uint8Array | undefined;
};

/** One `saltKey` or `put` of a group. */
export type Write =
  | { readonly op: 'saltKey'; readonly subject: string }
  | { readonly op: 'put'; readonly entries: readonly DisclosureEntry[] };

/**
 * Both files, used synchronously on a thread of their own. A key is durable before anything is sealed under it, and destroyed before what it
 * sealed is deleted: so a crash between the files can leave no disclosure that its retry cannot repair, and no erased one that opens.
 */
export class VaultFiles {
  private readonly keys: KeyFile;
  private readonly disclosures: DisclosureFile;

  constructor({ dataPath, keysPath, masterKey }: VaultFilesOptions) {
    this.keys = new KeyFile(keysPath, masterKey);
    try {
      this.disclosures = new DisclosureFile(dataPath);
    } catch (error) {
      this.keys.close();
      throw error;
    }
    for (const subject of this.keys.unswept()) this.sweep(subject);
  }

  /**
   * Does all writes of a group with at most one commit to each file; a write that breaks a rule fails alone. A failing disk throws, and then
   * no write of the group may be called done.
   */
  writeGroup(writes: readonly Write[], now: number): (Buffer | undefined | VaultError)[] {
    this.keys.ensure(subjectsOf(writes), now);
    if (!writes.some((write) => write.op === 'put')) return writes.map((write) => refusable(() => this.writeOne(write)));
    return this.disclosures.write(() => writes.map((write) => refusable(() => this.writeOne(write))));
  }

  open(digests: readonly string[], { lookBack = false }: OpenOptions): Map<string, OpenedDisclosure> {
    const opened = new Map<string, OpenedDisclosure>();
    for (const digest of digests) {
      const disclosure = this.openOne(digest, lookBack);
      if (disclosure !== undefined) opened.set(digest, disclosure);
    }
    return opened;
  }

  erase(subject: string, now: number): void {
    const keptUntil = this.keys.keptUntil(subject);
    if (keptUntil > now) {
      throw new VaultError(
        'subject-restricted',
        `the disclosures of ${subject} must be kept until ${new Date(keptUntil).toISOString()}`,
      );
    }
    this.keys.erase(subject, now);
    this.sweep(subject);
  }

  restrict(subject: string, until: string | null, reason: string, now: number): void {
    this.keys.ensure([subject], now);
    this.keyOf(subject);
    this.keys.restrict(subject, until, reason);
  }

  close(): void {
    this.disclosures.close();
    this.keys.close();
  }

  private writeOne(write: Write): Buffer | undefined {
    if (write.op === 'saltKey') return this.keyOf(write.subject).forSalts;
    const subjects = new Map<string, string>();
    const fresh = write.entries.filter((entry) => this.isFresh(entry, subjects));
    for (const entry of fresh) this.disclosures.insert(entry, this.keyOf(entry.subject));
    return undefined;
  }

  /**
   * Whether an entry is to be written: not where its digest stands already, unless sealed under a key that is lost, when writing it again
   * repairs it. `subjects` remembers whose digests the same put has named.
   */
  private isFresh({ subject, digest }: DisclosureEntry, subjects: Map<string, string>): boolean {
    const key = this.keyOf(subject);
    const stored = this.disclosures.find(digest);
    if ((stored?.subject ?? subjects.get(digest) ?? subject) !== subject) {
      throw new VaultError('digest-conflict', `the digest ${digest} stands under another subject`);
    }
    subjects.set(digest, subject);
    return stored === undefined || stored.keyId !== key.id;
  }

  private openOne(digest: string, lookBack: boolean): OpenedDisclosure | undefined {
    const stored = this.disclosures.find(digest);
    if (stored === undefined) return undefined;
    const { subject, pointer } = stored;
    const found = this.keys.find(subject);
    if (found?.state === 'erased') return 'erased';
    if (found === undefined || found.key.id !== stored.keyId) {
      throw new VaultError(
        'key-missing',
        `the key that sealed ${digest} is not in the key file, though ${subject} was not erased`,
      );
    }
    if (found.restricted && !lookBack) return 'restricted';
    return { subject, pointer, disclosure: this.disclosures.unseal(digest, stored, found.key) };
  }

  private keyOf(subject: string): SubjectKey {
    const found = this.keys.find(subject);
    if (found?.state === 'held') return found.key;
    throw new VaultError('subject-erased', `the key of ${subject} was destroyed`);
  }

  private sweep(subject: string): void {
    this.disclosures.sweep(subject);
    this.keys.markSwept(subject);
  }
}

function subjectsOf(writes: readonly Write[]): Set<string> {
  const subjects = new Set<string>();
  for (const write of writes) {
    if (write.op === 'saltKey') subjects.add(write.subject);
    else for (const { subject } of write.entries) subjects.add(subject);
  }
  return subjects;
}

function refusable<T>(work: () => T): T | VaultError {
  try {
    return work();
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
}
