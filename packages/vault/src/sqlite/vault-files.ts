import { VaultError } from '../errors.ts';
import type { DisclosureEntry, OpenedDisclosure, OpenOptions } from '../port.ts';
import { DisclosureFile } from './disclosure-file.ts';
import { KeyFile, type SubjectKey } from './key-file.ts';
import { RegisterFile } from './register-file.ts';

export type VaultFilesOptions = {
  readonly dataPath: string;
  readonly keysPath: string;
  readonly registerPath: string;
  readonly masterKey?: Uint8Array | undefined;
  readonly formerMasterKey?: Uint8Array | 'none' | undefined;
};

/** One `saltKey` or `put` of a group. */
export type Write =
  | { readonly op: 'saltKey'; readonly subject: string }
  | { readonly op: 'put'; readonly entries: readonly DisclosureEntry[] };

/**
 * The files, used synchronously on a thread of their own. A key is durable before anything is sealed under it, and destroyed before what it
 * sealed is deleted: so a crash between the files can leave no disclosure that its retry cannot repair, and no erased one that opens. An
 * erasure or restriction stands in the register before the key file knows of it, and each takes from the other what it lacks when they are opened.
 */
export class VaultFiles {
  private readonly keys: KeyFile;
  private readonly disclosures: DisclosureFile;
  private readonly register: RegisterFile;

  constructor({ dataPath, keysPath, registerPath, masterKey, formerMasterKey }: VaultFilesOptions) {
    this.keys = new KeyFile(keysPath, masterKey, formerMasterKey);
    const opened: { close(): void }[] = [this.keys];
    try {
      this.register = new RegisterFile(registerPath);
      opened.push(this.register);
      this.disclosures = new DisclosureFile(dataPath);
      opened.push(this.disclosures);
      this.reconcile(Date.now());
      for (const subject of this.keys.unswept()) this.sweep(subject);
    } catch (error) {
      for (const file of opened) file.close();
      throw error;
    }
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
    this.register.note({ what: 'erased', subject, at: new Date(now).toISOString() });
    this.keys.erase(subject, now);
    this.sweep(subject);
  }

  restrict(subject: string, until: string | null, reason: string, now: number): void {
    this.keys.ensure([subject], now);
    this.keyOf(subject);
    this.register.note({ what: 'restricted', subject, at: new Date(now).toISOString(), until, reason });
    this.keys.restrict(subject, until, reason);
  }

  close(): void {
    this.disclosures.close();
    this.register.close();
    this.keys.close();
  }

  /** Whichever of the two files came back from a backup, an erasure wins. */
  private reconcile(now: number): void {
    for (const { subject, at } of this.keys.erasures()) this.register.note({ what: 'erased', subject, at });
    for (const { subject, until, reason } of this.keys.restrictions()) {
      this.register.note({ what: 'restricted', subject, at: new Date(now).toISOString(), until, reason });
    }
    for (const subject of this.register.erasures) if (!this.keys.isErased(subject)) this.keys.erase(subject, now);
    for (const { subject, until, reason } of this.register.restricted) {
      if (this.keys.isRestricted(subject, until)) continue;
      this.keys.ensure([subject], now);
      this.keys.restrict(subject, until, reason);
    }
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
    const { subject, stream, eventId, pointer } = stored;
    const found = this.keys.find(subject);
    if (found?.state === 'erased') return 'erased';
    if (found === undefined || found.key.id !== stored.keyId) {
      throw new VaultError(
        'key-missing',
        `the key that sealed ${digest} is not in the key file, though ${subject} was not erased`,
      );
    }
    if (found.restricted && !lookBack) return 'restricted';
    return { subject, stream, eventId, pointer, disclosure: this.disclosures.unseal(digest, stored, found.key) };
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
