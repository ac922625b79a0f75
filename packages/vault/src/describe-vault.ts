import { hash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DisclosureEntry, Vault } from './port.ts';
import { salt } from './salt.ts';

/** A disclosure of one text about a subject, salted as the platform does. */
export async function disclosed(vault: Vault, subject: string, value: string, pointer = '/data/name'): Promise<DisclosureEntry> {
  const stream = `person-${subject}`;
  const eventId = '0193512a-7c40-7d3e-9f41-2b6c5d4e3f20';
  const own = salt(await vault.saltKey(subject), stream, eventId, pointer);
  const disclosure = Buffer.from(JSON.stringify([own, 'name', value])).toString('base64url');
  return { subject, stream, eventId, pointer, disclosure, digest: hash('sha256', disclosure, 'base64url') };
}

const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });

/** What every adapter of the port must do. The factory gives an empty vault; closing it frees everything. */
export function describeVault(name: string, open: () => Promise<Vault>): void {
  describe(`the vault over ${name}`, () => {
    let vault: Vault;
    beforeEach(async () => {
      vault = await open();
    });
    afterEach(() => vault.close());

    const read = async ({ digest }: DisclosureEntry, options = {}) => (await vault.open([digest], options)).get(digest);

    it('opens what was put, by digest', async () => {
      const entry = await disclosed(vault, 'p-1', '陈小明');
      await vault.put([entry]);
      const { stream, eventId, disclosure } = entry;
      expect(await read(entry)).toEqual({ subject: 'p-1', stream, eventId, pointer: '/data/name', disclosure });
    });

    it('says nothing of digests that it never held', async () => {
      const entry = await disclosed(vault, 'p-1', 'x');
      expect(await vault.open([entry.digest])).toEqual(new Map());
    });

    it('gives a subject one salt key for ever, and others another', async () => {
      const [one, same, other] = await Promise.all([vault.saltKey('p-1'), vault.saltKey('p-1'), vault.saltKey('p-2')]);
      expect(one).toHaveLength(32);
      expect(same).toEqual(one);
      expect(await vault.saltKey('p-1')).toEqual(one);
      expect(other).not.toEqual(one);
    });

    it('does not let a caller change its copy of a key', async () => {
      const key = await vault.saltKey('p-1');
      const before = Buffer.from(key);
      key.fill(0);
      expect(await vault.saltKey('p-1')).toEqual(before);
    });

    it('takes the same disclosure twice, at once and later', async () => {
      const entry = await disclosed(vault, 'p-1', 'x');
      await Promise.all([vault.put([entry]), vault.put([entry, entry])]);
      await vault.put([entry]);
      expect(await read(entry)).toMatchObject({ disclosure: entry.disclosure });
    });

    it('keeps apart many puts that arrive together', async () => {
      const entries = await Promise.all(
        Array.from({ length: 200 }, (_, i) => disclosed(vault, `p-${i % 20}`, `value ${i}`, `/data/${i}`)),
      );
      await Promise.all(entries.map((entry) => vault.put([entry])));
      const opened = await vault.open(entries.map(({ digest }) => digest));
      for (const { digest, ...said } of entries) expect(opened.get(digest)).toEqual(said);
    });

    it('erases a subject for good: disclosures, salts and new puts, and leaves other subjects alone', async () => {
      const entry = await disclosed(vault, 'p-1', 'x');
      const late = await disclosed(vault, 'p-1', 'y');
      const other = await disclosed(vault, 'p-2', 'x');
      await vault.put([entry, other]);
      await vault.erase('p-1');
      expect(await read(entry)).toBe('erased');
      await expect(vault.saltKey('p-1')).rejects.toThrow(refused('subject-erased'));
      await expect(vault.put([late])).rejects.toThrow(refused('subject-erased'));
      await expect(vault.put([entry])).rejects.toThrow(refused('subject-erased'));
      expect(await read(other)).toMatchObject({ disclosure: other.disclosure });
      await vault.erase('p-1');
    });

    it('erases a subject that it never knew, so that nothing can be put for it later', async () => {
      await vault.erase('p-9');
      await expect(vault.saltKey('p-9')).rejects.toThrow(refused('subject-erased'));
    });

    it('puts all entries or none', async () => {
      const good = await disclosed(vault, 'p-1', 'x');
      const bad = await disclosed(vault, 'p-2', 'x');
      await vault.erase('p-2');
      await expect(vault.put([good, bad])).rejects.toThrow(refused('subject-erased'));
      expect(await read(good)).toBeUndefined();
    });

    it('fails one put alone where others share its commit', async () => {
      const good = await disclosed(vault, 'p-1', 'x');
      const bad = await disclosed(vault, 'p-2', 'x');
      await vault.erase('p-2');
      const [first, second] = await Promise.allSettled([vault.put([bad]), vault.put([good])]);
      expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
      expect(await read(good)).toMatchObject({ disclosure: good.disclosure });
    });

    it('opens a restricted subject for a look-back only, and does not erase it within its term', async () => {
      const entry = await disclosed(vault, 'p-1', 'x');
      await vault.put([entry]);
      await vault.restrict('p-1', '2999-01-01T00:00:00Z', 'retention term, Decree 818');
      expect(await read(entry)).toBe('restricted');
      expect(await read(entry, { lookBack: true })).toMatchObject({ disclosure: entry.disclosure });
      await expect(vault.erase('p-1')).rejects.toThrow(refused('subject-restricted'));
      await vault.restrict('p-1', '2001-01-01T00:00:00Z', 'cannot shorten the term');
      await expect(vault.erase('p-1')).rejects.toThrow(refused('subject-restricted'));
    });

    it('erases a restricted subject once its term is over, and never one whose term has no end', async () => {
      await vault.restrict('p-1', '2001-01-01T00:00:00Z', 'term over');
      await vault.erase('p-1');
      await vault.restrict('p-2', null, 'offspring');
      await expect(vault.erase('p-2')).rejects.toThrow(refused('subject-restricted'));
      await expect(vault.restrict('p-1', null, 'too late')).rejects.toThrow(refused('subject-erased'));
    });

    it('refuses a disclosure that does not have its digest, and a digest that stands under another subject', async () => {
      const entry = await disclosed(vault, 'p-1', 'x');
      const other = await disclosed(vault, 'p-1', 'y');
      await expect(vault.put([{ ...entry, digest: other.digest }])).rejects.toThrow(refused('digest-mismatch'));
      await expect(vault.put([entry, { ...entry, subject: 'p-2' }])).rejects.toThrow(refused('digest-conflict'));
      expect(await read(entry)).toBeUndefined();
      await vault.put([entry]);
      await expect(vault.put([{ ...entry, subject: 'p-2' }])).rejects.toThrow(refused('digest-conflict'));
    });

    it.each([
      ['an empty subject', { subject: '' }],
      ['a subject with U+0000', { subject: 'p\0' }],
      ['a digest that is none', { digest: 'abc' }],
      ['a stream that is too long', { stream: 's'.repeat(300) }],
    ])('refuses %s', async (_, change) => {
      const entry = await disclosed(vault, 'p-1', 'x');
      await expect(vault.put([{ ...entry, ...change }])).rejects.toThrow(refused('invalid-entry'));
    });

    it('finishes what it accepted before it closes, and then says that it is closed', async () => {
      const entry = await disclosed(vault, 'p-1', 'x');
      const put = vault.put([entry]);
      await Promise.all([vault.close(), vault.close()]);
      await put;
      await expect(vault.saltKey('p-1')).rejects.toThrow(refused('closed'));
      await expect(vault.open([entry.digest])).rejects.toThrow(refused('closed'));
    });
  });
}
