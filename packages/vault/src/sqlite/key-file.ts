import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { VaultError } from '../errors.ts';
import { deriveKey, KEY_LENGTH, seal, unseal } from './cipher.ts';
import { emptyLog, inTransaction, openDatabaseFile } from './database-file.ts';

export type SubjectKey = {
  /** Tells one key of a subject from another, should the key file have been lost and made anew. */
  readonly id: string;
  readonly forDisclosures: Buffer;
  readonly forSalts: Buffer;
};

export type Subject =
  | { readonly state: 'erased' }
  | { readonly state: 'held'; readonly key: SubjectKey; readonly restricted: boolean };

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS subject_keys (
    subject TEXT PRIMARY KEY,
    key_id TEXT,
    key BLOB,
    created_at TEXT NOT NULL,
    restricted INTEGER NOT NULL DEFAULT 0,
    kept_until INTEGER NOT NULL DEFAULT 0,
    restriction TEXT,
    erased_at TEXT,
    swept INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID`;

const CACHED_SUBJECTS = 10_000;
/** kept_until of a restriction without end: the year 9999. */
const NEVER = 253_402_300_799_999;

type Row = { key_id: string | null; key: Uint8Array | null; restricted: number };

/** keys.db: one random key for each subject, and a tombstone for each that was erased. */
export class KeyFile {
  private readonly database: DatabaseSync;
  private readonly masterKey: Uint8Array | undefined;
  private readonly cache = new LRUCache<string, Subject>({ max: CACHED_SUBJECTS });
  private readonly selectSubject: StatementSync;
  private readonly insertSubject: StatementSync;

  /**
   * @param former master key (or `none`) under which the keys still stand, if they do: they are sealed anew under `masterKey`, all or none
   * @throws VaultError `invalid-entry`, `wrong-master-key`, `disclosure-unreadable` (a key cannot be sealed anew)
   */
  constructor(path: string, masterKey: Uint8Array | undefined, former?: Uint8Array | 'none') {
    for (const key of [masterKey, former]) {
      if (key !== undefined && key !== 'none' && key.length !== KEY_LENGTH) {
        throw new VaultError('invalid-entry', `a master key is ${KEY_LENGTH} bytes`);
      }
    }
    this.masterKey = masterKey;
    this.database = openDatabaseFile(path, SCHEMA);
    this.selectSubject = this.database.prepare('SELECT key_id, key, restricted FROM subject_keys WHERE subject = ?');
    this.insertSubject = this.database.prepare('INSERT INTO subject_keys (subject, key_id, key, created_at) VALUES (?, ?, ?, ?)');
    try {
      this.checkMasterKey(former);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  find(subject: string): Subject | undefined {
    const cached = this.cache.get(subject);
    if (cached !== undefined) return cached;
    const row = this.selectSubject.get(subject) as Row | undefined;
    if (row === undefined) return undefined;
    const found = this.read(subject, row);
    this.cache.set(subject, found);
    return found;
  }

  /** Gives every subject that has none a key. Durable when it returns. */
  ensure(subjects: Iterable<string>, now: number): void {
    const missing = new Set<string>();
    for (const subject of subjects) if (this.find(subject) === undefined) missing.add(subject);
    if (missing.size === 0) return;
    inTransaction(this.database, () => {
      for (const subject of missing) this.create(subject, now);
    });
  }

  /** Destroys the key; nothing of it is left in the files when this returns. */
  erase(subject: string, now: number): void {
    const erasedAt = new Date(now).toISOString();
    inTransaction(this.database, () => {
      this.database
        .prepare(
          `INSERT INTO subject_keys (subject, created_at, erased_at) VALUES (?1, ?2, ?2)
           ON CONFLICT (subject) DO UPDATE SET key_id = NULL, key = NULL, restriction = NULL, erased_at = coalesce(erased_at, ?2)`,
        )
        .run(subject, erasedAt);
    });
    const cached = this.cache.get(subject);
    if (cached?.state === 'held') {
      cached.key.forDisclosures.fill(0);
      cached.key.forSalts.fill(0);
    }
    this.cache.delete(subject);
    emptyLog(this.database);
  }

  /** Time, in ms since 1970, before which the key must not be destroyed. Read without the key, which may be damaged. */
  keptUntil(subject: string): number {
    const row = this.database.prepare('SELECT kept_until FROM subject_keys WHERE subject = ?').get(subject);
    return (row?.['kept_until'] as number | undefined) ?? 0;
  }

  restrict(subject: string, until: string | null, reason: string): void {
    inTransaction(this.database, () => {
      this.database
        .prepare('UPDATE subject_keys SET restricted = 1, kept_until = max(kept_until, ?2), restriction = ?3 WHERE subject = ?1')
        .run(subject, until === null ? NEVER : Date.parse(until), reason);
    });
    this.cache.delete(subject);
  }

  isErased(subject: string): boolean {
    const row = this.database.prepare('SELECT erased_at FROM subject_keys WHERE subject = ?').get(subject);
    return row !== undefined && row['erased_at'] !== null;
  }

  /** Whether a restriction stands that lasts at least until then. */
  isRestricted(subject: string, until: string | null): boolean {
    const row = this.database.prepare('SELECT restricted, kept_until FROM subject_keys WHERE subject = ?').get(subject);
    return row?.['restricted'] === 1 && (row['kept_until'] as number) >= (until === null ? NEVER : Date.parse(until));
  }

  erasures(): { readonly subject: string; readonly at: string }[] {
    const rows = this.database.prepare('SELECT subject, erased_at FROM subject_keys WHERE erased_at IS NOT NULL').all();
    return rows.map((row) => ({ subject: row['subject'] as string, at: row['erased_at'] as string }));
  }

  restrictions(): { readonly subject: string; readonly until: string | null; readonly reason: string }[] {
    const rows = this.database
      .prepare('SELECT subject, kept_until, restriction FROM subject_keys WHERE restricted = 1 AND erased_at IS NULL')
      .all();
    return rows.map((row) => {
      const until = row['kept_until'] as number;
      return {
        subject: row['subject'] as string,
        until: until === NEVER ? null : new Date(until).toISOString(),
        reason: (row['restriction'] as string | null) ?? '',
      };
    });
  }

  /** Erased subjects whose disclosures may not have been deleted yet: a crash can come between the two files. */
  unswept(): string[] {
    const rows = this.database.prepare('SELECT subject FROM subject_keys WHERE erased_at IS NOT NULL AND swept = 0').all();
    return rows.map((row) => row['subject'] as string);
  }

  markSwept(subject: string): void {
    this.database.prepare('UPDATE subject_keys SET swept = 1 WHERE subject = ?').run(subject);
  }

  close(): void {
    this.database.close();
  }

  private create(subject: string, now: number): void {
    const id = randomBytes(12).toString('base64url');
    const key = randomBytes(KEY_LENGTH);
    const stored = this.masterKey === undefined ? key : seal(this.masterKey, key, [subject, id]);
    this.insertSubject.run(subject, id, stored, new Date(now).toISOString());
  }

  private read(subject: string, { key_id, key, restricted }: Row): Subject {
    if (key_id === null || key === null) return { state: 'erased' };
    const plain = this.masterKey === undefined ? key : unseal(this.masterKey, key, [subject, key_id]);
    if (plain === undefined) throw new VaultError('disclosure-unreadable', `the key of ${subject} fails its authentication`);
    const derived = { id: key_id, forDisclosures: deriveKey(plain, 'disclosures'), forSalts: deriveKey(plain, 'salts') };
    plain.fill(0);
    return {
      state: 'held',
      key: derived,
      restricted: restricted !== 0,
    };
  }

  /** A known text sealed with the master key (empty without one) stands in the file from its beginning. */
  private checkMasterKey(former: Uint8Array | 'none' | undefined): void {
    const stored = this.database.prepare("SELECT value FROM meta WHERE name = 'check'").get()?.['value'] as
      | Uint8Array
      | undefined;
    if (stored === undefined) {
      this.database.prepare("INSERT INTO meta (name, value) VALUES ('check', ?)").run(this.checkText());
      return;
    }
    if (holds(stored, this.masterKey)) return;
    const old = former === 'none' ? undefined : former;
    if (former === undefined || !holds(stored, old)) {
      throw new VaultError('wrong-master-key', 'the key file was written with another master key, or without one');
    }
    this.sealAnew(old);
  }

  private checkText(): Buffer {
    return this.masterKey === undefined ? Buffer.alloc(0) : seal(this.masterKey, CHECK, ['check']);
  }

  private sealAnew(former: Uint8Array | undefined): void {
    const rows = this.database.prepare('SELECT subject, key_id, key FROM subject_keys WHERE key IS NOT NULL').all();
    const update = this.database.prepare('UPDATE subject_keys SET key = ? WHERE subject = ?');
    inTransaction(this.database, () => {
      for (const row of rows as { subject: string; key_id: string; key: Uint8Array }[]) {
        const { subject, key_id, key } = row;
        const plain = former === undefined ? key : unseal(former, key, [subject, key_id]);
        if (plain === undefined) throw new VaultError('disclosure-unreadable', `the key of ${subject} fails its authentication`);
        update.run(this.masterKey === undefined ? plain : seal(this.masterKey, plain, [subject, key_id]), subject);
      }
      this.database.prepare("UPDATE meta SET value = ? WHERE name = 'check'").run(this.checkText());
    });
    emptyLog(this.database);
  }
}

const CHECK = Buffer.from('cytoledger vault keys');

function holds(stored: Uint8Array, masterKey: Uint8Array | undefined): boolean {
  return masterKey === undefined ? stored.length === 0 : unseal(masterKey, stored, ['check'])?.equals(CHECK) === true;
}
