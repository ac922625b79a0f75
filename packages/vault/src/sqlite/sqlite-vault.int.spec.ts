import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { describeVault, disclosed } from '../describe-vault.ts';
import type { Vault } from '../port.ts';
import { openSqliteVault } from './open-sqlite-vault.ts';

const folders: string[] = [];
const vaults: Vault[] = [];
afterEach(async () => {
  await Promise.all(vaults.splice(0).map((vault) => vault.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-'));
  folders.push(folder);
  return folder;
};
const filesIn = (folder: string) => ({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') });
const open = async (folder: string, masterKey?: Buffer) => {
  const vault = await openSqliteVault({ ...filesIn(folder), masterKey });
  vaults.push(vault);
  return vault;
};
/** Edits a file behind the vault's back, while it is closed. */
const edit = <T>(path: string, work: (database: DatabaseSync) => T): T => {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
};
const holdAnywhere = (folder: string, needle: Uint8Array | string) =>
  readdirSync(folder).filter((file) =>
    readFileSync(join(folder, file)).includes(typeof needle === 'string' ? needle : Buffer.from(needle)),
  );
const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });

describeVault('SQLite files', () => open(newFolder()));
describeVault('SQLite files with a master key', () => open(newFolder(), Buffer.alloc(32, 7)));

describe('the files of the vault', () => {
  it('keep keys and disclosures through a restart', async () => {
    const folder = newFolder();
    const first = await open(folder);
    const entry = await disclosed(first, 'p-1', 'x');
    await first.put([entry]);
    const key = await first.saltKey('p-1');
    await first.close();
    const second = await open(folder);
    expect(await second.saltKey('p-1')).toEqual(key);
    expect((await second.open([entry.digest])).get(entry.digest)).toMatchObject({ disclosure: entry.disclosure });
  });

  it('never hold a disclosure in clear', async () => {
    const folder = newFolder();
    const vault = await open(folder);
    const entry = await disclosed(vault, 'p-1', 'a very recognisable name');
    await vault.put([entry]);
    expect(holdAnywhere(folder, entry.disclosure)).toEqual([]);
    expect(holdAnywhere(folder, entry.disclosure.slice(30, 60))).toEqual([]);
    await vault.close();
    expect(holdAnywhere(folder, entry.disclosure)).toEqual([]);
    // The search itself can find: what is not secret stands there.
    expect(holdAnywhere(folder, 'person-p-1')).toEqual(['vault.db']);
  });

  it('hold neither the key nor the sealed disclosures of an erased subject, and still those of another', async () => {
    const folder = newFolder();
    const { keysPath, dataPath } = filesIn(folder);
    const first = await open(folder);
    const entries = await Promise.all(['p-1', 'p-2'].map((subject) => disclosed(first, subject, 'x')));
    await first.put(entries);
    await first.close();
    const keyOf = (subject: string) =>
      edit(keysPath, (db) => db.prepare('SELECT key FROM subject_keys WHERE subject = ?').get(subject)!['key'] as Uint8Array);
    const sealedOf = (subject: string) =>
      edit(
        dataPath,
        (db) => db.prepare('SELECT sealed FROM disclosures WHERE subject = ?').get(subject)!['sealed'] as Uint8Array,
      );
    const before = { key: keyOf('p-1'), sealed: sealedOf('p-1'), otherKey: keyOf('p-2'), otherSealed: sealedOf('p-2') };
    expect(holdAnywhere(folder, before.key)).toEqual(['keys.db']);

    const vault = await open(folder);
    await vault.erase('p-1');
    // While it is open, and without a close that would tidy up.
    expect(holdAnywhere(folder, before.key)).toEqual([]);
    expect(holdAnywhere(folder, before.sealed)).toEqual([]);
    expect(holdAnywhere(folder, before.otherKey)).toContain('keys.db');
    expect(holdAnywhere(folder, before.otherSealed)).toContain('vault.db');
    await vault.close();
    const again = await open(folder);
    expect((await again.open(entries.map(({ digest }) => digest))).get(entries[0]!.digest)).toBe('erased');
    await expect(again.saltKey('p-1')).rejects.toThrow(refused('subject-erased'));
  });

  it('can be read by their owner only', async () => {
    const folder = newFolder();
    const vault = await open(folder);
    await vault.put([await disclosed(vault, 'p-1', 'x')]);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
  });

  it('belong to one vault at a time', async () => {
    const folder = newFolder();
    await open(folder);
    await expect(open(folder)).rejects.toThrow(refused('vault-in-use'));
  });

  it.each([
    ['subject', "UPDATE disclosures SET subject = 'p-2' WHERE subject = 'p-1'", 'key-missing'],
    ['pointer', "UPDATE disclosures SET pointer = '/data/other' WHERE subject = 'p-1'", 'disclosure-unreadable'],
    ['stream', "UPDATE disclosures SET stream = 'person-p-2' WHERE subject = 'p-1'", 'disclosure-unreadable'],
    [
      'sealed bytes',
      "UPDATE disclosures SET sealed = (SELECT sealed FROM disclosures WHERE subject = 'p-2') WHERE subject = 'p-1'",
      'disclosure-unreadable',
    ],
    [
      'subject and key',
      "UPDATE disclosures SET subject = 'p-2', key_id = (SELECT key_id FROM disclosures WHERE subject = 'p-2') WHERE subject = 'p-1'",
      'disclosure-unreadable',
    ],
  ])('betray a row whose %s was changed', async (_, statement, code) => {
    const folder = newFolder();
    const first = await open(folder);
    const entries = await Promise.all(['p-1', 'p-2'].map((subject) => disclosed(first, subject, 'x')));
    await first.put(entries);
    await first.close();
    edit(filesIn(folder).dataPath, (db) => db.exec(statement));
    const second = await open(folder);
    await expect(second.open([entries[0]!.digest])).rejects.toThrow(refused(code));
    expect((await second.open([entries[1]!.digest])).size).toBe(1);
  });

  it('betray a disclosure moved to another digest of the same subject', async () => {
    const folder = newFolder();
    const first = await open(folder);
    const [a, b] = [await disclosed(first, 'p-1', 'a'), await disclosed(first, 'p-1', 'b', '/data/other')];
    await first.put([a]);
    await first.close();
    edit(filesIn(folder).dataPath, (db) =>
      db.prepare('UPDATE disclosures SET digest = ?').run(Buffer.from(b.digest, 'base64url')),
    );
    const second = await open(folder);
    await expect(second.open([b.digest])).rejects.toThrow(refused('disclosure-unreadable'));
  });

  it('open only with their master key, and hold no subject key in clear', async () => {
    const folder = newFolder();
    const first = await open(folder, Buffer.alloc(32, 1));
    const entry = await disclosed(first, 'p-1', 'x');
    await first.put([entry]);
    await first.close();
    await expect(open(folder, Buffer.alloc(32, 2))).rejects.toThrow(refused('wrong-master-key'));
    await expect(open(folder)).rejects.toThrow(refused('wrong-master-key'));
    const second = await open(folder, Buffer.alloc(32, 1));
    expect((await second.open([entry.digest])).get(entry.digest)).toMatchObject({ disclosure: entry.disclosure });
    const plain = newFolder();
    await (await open(plain)).close();
    await expect(open(plain, Buffer.alloc(32, 1))).rejects.toThrow(refused('wrong-master-key'));
    await expect(open(newFolder(), Buffer.alloc(16))).rejects.toThrow(refused('invalid-entry'));
  });

  it('name a lost key file, and are repaired by the sender’s retry', async () => {
    const folder = newFolder();
    const first = await open(folder);
    const entry = await disclosed(first, 'p-1', 'x');
    await first.put([entry]);
    await first.close();
    rmSync(filesIn(folder).keysPath);
    const second = await open(folder);
    await expect(second.open([entry.digest])).rejects.toThrow(refused('key-missing'));
    await second.put([entry]);
    expect((await second.open([entry.digest])).get(entry.digest)).toMatchObject({ disclosure: entry.disclosure });
  });

  it('take no more writes after one failed, say so each time, and still open what they hold', async () => {
    const folder = newFolder();
    const first = await open(folder);
    const entry = await disclosed(first, 'p-1', 'x');
    const next = await disclosed(first, 'p-1', 'y');
    await first.put([entry]);
    await first.close();
    const trigger = "CREATE TRIGGER full BEFORE INSERT ON disclosures BEGIN SELECT RAISE(ABORT, 'disk full'); END";
    edit(filesIn(folder).dataPath, (db) => db.exec(trigger));
    const second = await open(folder);
    await expect(Promise.all([second.put([next]), second.saltKey('p-2')])).rejects.toThrow(refused('storage-failed'));
    await expect(second.saltKey('p-3')).rejects.toThrow(refused('storage-failed'));
    await expect(second.erase('p-1')).rejects.toThrow(refused('storage-failed'));
    expect((await second.open([entry.digest, next.digest])).get(entry.digest)).toMatchObject({ disclosure: entry.disclosure });
  });

  it('erase a subject whose key is damaged', async () => {
    const folder = newFolder();
    const first = await open(folder, Buffer.alloc(32, 1));
    const entry = await disclosed(first, 'p-1', 'x');
    await first.put([entry]);
    await first.close();
    edit(filesIn(folder).keysPath, (db) => db.exec("UPDATE subject_keys SET key = zeroblob(61) WHERE subject = 'p-1'"));
    const second = await open(folder, Buffer.alloc(32, 1));
    await expect(second.open([entry.digest])).rejects.toThrow(refused('disclosure-unreadable'));
    await second.erase('p-1');
    expect((await second.open([entry.digest])).get(entry.digest)).toBe('erased');
  });

  it('finish an erasure that a crash cut between the two files', async () => {
    const folder = newFolder();
    const { keysPath, dataPath } = filesIn(folder);
    const first = await open(folder);
    const entry = await disclosed(first, 'p-1', 'x');
    await first.put([entry]);
    await first.close();
    edit(keysPath, (db) => db.exec("UPDATE subject_keys SET key = NULL, key_id = NULL, erased_at = '2026-01-01T00:00:00.000Z'"));
    const sealed = edit(dataPath, (db) => db.prepare('SELECT sealed FROM disclosures').get()!['sealed'] as Uint8Array);
    const second = await open(folder);
    expect(holdAnywhere(folder, sealed)).toEqual([]);
    expect((await second.open([entry.digest])).get(entry.digest)).toBe('erased');
  });

  it('hold, after kill -9, every key and disclosure that was acknowledged, and none whose key is missing', async () => {
    const folder = newFolder();
    const writer = fork(new URL('./fixtures/endless-writer.ts', import.meta.url), [folder], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const acknowledged: { digest: string; disclosure: string; saltKey: string; subject: string }[] = [];
    writer.on('message', (entry) => {
      acknowledged.push(entry as (typeof acknowledged)[number]);
      if (acknowledged.length === 300) writer.kill('SIGKILL');
    });
    await once(writer, 'exit');
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);

    const vault = await open(folder);
    const opened = await vault.open(acknowledged.map(({ digest }) => digest));
    for (const { digest, disclosure, subject, saltKey } of acknowledged) {
      expect(opened.get(digest)).toMatchObject({ disclosure, subject });
      expect((await vault.saltKey(subject)).toString('base64url')).toBe(saltKey);
    }
    await vault.close();
    const everything = edit(filesIn(folder).dataPath, (db) => db.prepare('SELECT digest FROM disclosures').all());
    const again = await open(folder);
    await again.open(everything.map(({ digest }) => Buffer.from(digest as Uint8Array).toString('base64url')));
  });
});
