import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { VaultError } from '../errors.ts';
import type { DisclosureEntry } from '../port.ts';
import { seal, unseal } from './cipher.ts';
import { emptyLog, inTransaction, openDatabaseFile } from './database-file.ts';
import type { SubjectKey } from './key-file.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS disclosures (
    digest BLOB PRIMARY KEY,
    subject TEXT NOT NULL,
    stream TEXT NOT NULL,
    event_id TEXT NOT NULL,
    pointer TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BLOB
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS disclosures_by_subject ON disclosures (subject)`;

export type StoredDisclosure = {
  readonly subject: string;
  readonly stream: string;
  readonly eventId: string;
  readonly pointer: string;
  readonly keyId: string;
  /** Null once erased. */
  readonly sealed: Uint8Array | null;
};

/** vault.db: sealed disclosures by digest. */
export class DisclosureFile {
  private readonly database: DatabaseSync;
  private readonly select: StatementSync;
  private readonly upsert: StatementSync;

  constructor(path: string) {
    this.database = openDatabaseFile(path, SCHEMA);
    this.select = this.database.prepare(
      'SELECT subject, stream, event_id AS eventId, pointer, key_id AS keyId, sealed FROM disclosures WHERE digest = ?',
    );
    this.upsert = this.database.prepare(
      'INSERT OR REPLACE INTO disclosures (digest, subject, stream, event_id, pointer, key_id, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  find(digest: string): StoredDisclosure | undefined {
    return this.select.get(Buffer.from(digest, 'base64url')) as StoredDisclosure | undefined;
  }

  /** One transaction for all that is written in `work`; durable when this returns. */
  write<T>(work: () => T): T {
    return inTransaction(this.database, work);
  }

  insert({ subject, stream, eventId, pointer, digest, disclosure }: DisclosureEntry, key: SubjectKey): void {
    const sealed = seal(key.forDisclosures, Buffer.from(disclosure, 'utf8'), [subject, digest, stream, eventId, pointer]);
    this.upsert.run(Buffer.from(digest, 'base64url'), subject, stream, eventId, pointer, key.id, sealed);
  }

  /** @throws VaultError `disclosure-unreadable` */
  unseal(digest: string, { subject, stream, eventId, pointer, sealed }: StoredDisclosure, key: SubjectKey): string {
    const plain = sealed === null ? undefined : unseal(key.forDisclosures, sealed, [subject, digest, stream, eventId, pointer]);
    if (plain === undefined) throw new VaultError('disclosure-unreadable', `the disclosure ${digest} fails its authentication`);
    return plain.toString('utf8');
  }

  /** Deletes the sealed bytes of a subject, and keeps the digests, so that an erased disclosure can be told from an unknown one. */
  sweep(subject: string): void {
    inTransaction(this.database, () => {
      this.database.prepare('UPDATE disclosures SET sealed = NULL WHERE subject = ? AND sealed IS NOT NULL').run(subject);
    });
    emptyLog(this.database);
  }

  close(): void {
    this.database.close();
  }
}
