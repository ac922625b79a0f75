import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { disclosed } from '../describe-vault.ts';
import type { DisclosureEntry, Vault } from '../port.ts';
import { openSqliteVault, type SqliteVaultOptions } from './open-sqlite-vault.ts';

let folder: string;
let at: { dataPath: string; keysPath: string; registerPath: string };
const vaults: Vault[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-register-'));
  at = {
    dataPath: join(folder, 'vault.db'),
    keysPath: join(folder, 'keys.db'),
    registerPath: join(folder, 'register.ndjson'),
  };
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (over: Partial<SqliteVaultOptions> = {}) => {
  const vault = await openSqliteVault({ ...at, ...over });
  vaults.push(vault);
  return vault;
};
const closeAll = () => Promise.all(vaults.splice(0).map((vault) => vault.close()));
const read = async (vault: Vault, { digest }: DisclosureEntry) => (await vault.open([digest])).get(digest);
const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });
const copyOf = (path: string) => {
  const copy = `${path}.backup`;
  copyFileSync(path, copy);
  return () => copyFileSync(copy, path);
};

async function filled(subjects: readonly string[]): Promise<DisclosureEntry[]> {
  const vault = await open();
  const entries = await Promise.all(subjects.map((subject) => disclosed(vault, subject, `of ${subject}`)));
  await vault.put(entries);
  await closeAll();
  return entries;
}

describe('after backups are brought back', () => {
  it('what was erased stays erased where both files are older than the erasure', async () => {
    const [erased, kept] = await filled(['p-1', 'p-2']);
    const restoreKeys = copyOf(at.keysPath);
    const restoreData = copyOf(at.dataPath);
    await (await open()).erase('p-1');
    await closeAll();
    restoreKeys();
    restoreData();

    const vault = await open();

    expect(await read(vault, erased!)).toBe('erased');
    expect(await read(vault, kept!)).toMatchObject({ disclosure: kept!.disclosure });
    await expect(vault.saltKey('p-1')).rejects.toThrow(refused('subject-erased'));
    await closeAll();
    const key = new DatabaseSync(at.keysPath, { readOnly: true });
    expect(key.prepare("SELECT key FROM subject_keys WHERE subject = 'p-1'").get()).toEqual({ key: null });
    key.close();
  });

  it('a restored data file alone brings nothing back', async () => {
    const [erased] = await filled(['p-1']);
    const restoreData = copyOf(at.dataPath);
    await (await open()).erase('p-1');
    await closeAll();
    restoreData();

    expect(await read(await open(), erased!)).toBe('erased');
  });

  it('a lost register is made anew from the tombstones of the key file', async () => {
    await filled(['p-1', 'p-2']);
    const vault = await open();
    await vault.erase('p-1');
    await vault.restrict('p-2', '2999-01-01T00:00:00.000Z', 'term');
    await closeAll();
    rmSync(at.registerPath);

    await open();

    const register = readFileSync(at.registerPath, 'utf8');
    expect(register).toContain('"what":"erased","subject":"p-1"');
    expect(register).toContain('"what":"restricted","subject":"p-2"');
  });

  it('a restriction comes back with its term', async () => {
    const [restricted] = await filled(['p-1']);
    const restoreKeys = copyOf(at.keysPath);
    await (await open()).restrict('p-1', null, 'offspring');
    await closeAll();
    restoreKeys();

    const vault = await open();

    expect(await read(vault, restricted!)).toBe('restricted');
    await expect(vault.erase('p-1')).rejects.toThrow(refused('subject-restricted'));
  });

  it('only a register that is older too lets it open: it must never come from the same backup, and the guide says so', async () => {
    const [erased] = await filled(['p-1']);
    const restore = [copyOf(at.keysPath), copyOf(at.dataPath), copyOf(at.registerPath)];
    await (await open()).erase('p-1');
    await closeAll();
    for (const each of restore) each();

    expect(await read(await open(), erased!)).toMatchObject({ disclosure: erased!.disclosure });
  });
});

describe('the register', () => {
  it('holds pseudonyms, times and reasons, and says each thing once', async () => {
    await filled(['p-1']);
    const vault = await open();
    await vault.restrict('p-1', '2001-01-01T00:00:00.000Z', 'term');
    await vault.restrict('p-1', '2001-01-01T00:00:00.000Z', 'term');
    await vault.erase('p-1');
    await vault.erase('p-1');
    await closeAll();
    await open();

    const [head, ...lines] = readFileSync(at.registerPath, 'utf8').trimEnd().split('\n');
    expect(head).toBe('cytoledger vault register 1');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { what: 'restricted', subject: 'p-1', at: expect.any(String), until: '2001-01-01T00:00:00.000Z', reason: 'term' },
      { what: 'erased', subject: 'p-1', at: expect.any(String) },
    ]);
  });

  it('forgets a line that a crash cut off, which nobody was told was done', async () => {
    await filled(['p-1']);
    appendFileSync(at.registerPath, '{"what":"erased","subject":"p-');
    await (await open()).erase('p-2');
    await closeAll();

    await open();

    expect(readFileSync(at.registerPath, 'utf8')).not.toContain('p-{');
  });

  it('stops the vault where it is damaged, and names the line', async () => {
    await filled(['p-1']);
    writeFileSync(at.registerPath, 'cytoledger vault register 1\n{"what":"erased","sub\n');

    await expect(open()).rejects.toThrow(refused('register-damaged'));
    await expect(open()).rejects.toThrow(/line 2/);
  });
});

describe('a master key', () => {
  const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const opensWith = async (entry: DisclosureEntry, over: Partial<SqliteVaultOptions>) => {
    const vault = await open(over);
    expect(await read(vault, entry)).toMatchObject({ disclosure: entry.disclosure });
    await closeAll();
  };

  it('is put over keys that stood as they are, exchanged, and taken away again', async () => {
    const [entry] = await filled(['p-1']);

    await opensWith(entry!, { masterKey: one, formerMasterKey: 'none' });
    await expect(open()).rejects.toThrow(refused('wrong-master-key'));
    await opensWith(entry!, { masterKey: two, formerMasterKey: one });
    await expect(open({ masterKey: one })).rejects.toThrow(refused('wrong-master-key'));
    await opensWith(entry!, { masterKey: two, formerMasterKey: one });
    await opensWith(entry!, { formerMasterKey: two });
    await opensWith(entry!, {});
  });

  it('is refused with a former key that is not the one before it', async () => {
    await filled(['p-1']);

    await expect(open({ masterKey: one, formerMasterKey: two })).rejects.toThrow(refused('wrong-master-key'));
    await open();
  });
});
