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

  constructor(path: string, masterKey: Uint8Array | undefined) {
    if (masterKey !== undefined && masterKey.length !== KEY_LENGTH) {
      throw new VaultError('invalid-entry', `a master key is ${KEY_LENGTH} bytes`);
    }
    this.masterKey = masterKey;
    this.database = openDatabaseFile(path, SCHEMA);
    this.selectSubject = this.database.prepare('SELECT key_id, key, restricted FROM subject_keys WHERE subject = ?');
    this.insertSubject = this.database.prepare('INSERT INTO subject_keys (subject, key_id, key, created_at) VALUES (?, ?, ?, ?)');
    this.checkMasterKey();
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
  private checkMasterKey(): void {
    const stored = this.database.prepare("SELECT value FROM meta WHERE name = 'check'").get()?.['value'] as
      | Uint8Array
      | undefined;
    if (stored === undefined) {
      const check = this.masterKey === undefined ? Buffer.alloc(0) : seal(this.masterKey, CHECK, ['check']);
      this.database.prepare("INSERT INTO meta (name, value) VALUES ('check', ?)").run(check);
      return;
    }
    const holds =
      this.masterKey === undefined ? stored.length === 0 : unseal(this.masterKey, stored, ['check'])?.equals(CHECK) === true;
    if (!holds) {
      this.database.close();
      throw new VaultError('wrong-master-key', 'the key file was written with another master key, or without one');
    }
  }
}

const CHECK = Buffer.from('cytoledger vault keys');
