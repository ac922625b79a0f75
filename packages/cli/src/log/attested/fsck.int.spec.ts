import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { SLOT } from '@cytoledger/attest/disk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { runCli } from '../../program.ts';
import type { Fault } from '../fault.ts';
import { attest, makeLog, ORIGIN } from './attested-folder.fixture.ts';

const EVENTS = 700;
const STREAMS = 30;

let whole: string;
let folder: string;
beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), 'cytoledger-attested-'));
  await makeLog(join(whole, 'log.db'), EVENTS, STREAMS);
  await attest(join(whole, 'log.db'), join(whole, 'attestation'), [1, 16, 250, 600]);
});
afterAll(() => rm(whole, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-fsck-spec-'));
  await cp(whole, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fsck(...args: string[]) {
  const out: string[] = [];
  const io: Io = {
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: (text) => out.push(String(text)) > 0 },
    stderr: { write: () => true },
    signal: new AbortController().signal,
  };
  const exit = await runCli(['fsck', '--data-dir', folder, ...args], io);
  return { exit, out: out.join('') };
}

async function faults(): Promise<readonly Fault[]> {
  const { exit, out } = await fsck('--json');
  const result = JSON.parse(out) as { faults: Fault[]; faultCount: number };
  expect(exit).toBe(result.faultCount === 0 ? EXIT.done : EXIT.no);
  expect(result.faults).toHaveLength(result.faultCount);
  return result.faults;
}

const sql = (statement: string, file = 'log.db') => {
  const db = new DatabaseSync(join(folder, file));
  db.exec(statement);
  db.close();
};
const attested = (file: string) => join(folder, 'attestation', file);

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(attested(file));
  bytes[at]! ^= 1;
  await writeFile(attested(file), bytes);
}

/** See page-store.ts in the package that writes it: checksum, page number, generation. */
function newestSlotOf(page: number, pages: Buffer): number {
  let newest = { slot: 0, generation: 0n };
  for (let slot = 1; slot < pages.length / SLOT; slot++) {
    const generation = pages.readBigUInt64BE(slot * SLOT + 8);
    if (pages.readUInt32BE(slot * SLOT + 4) === page && generation > newest.generation) newest = { slot, generation };
  }
  return newest.slot;
}

function addToSum(difference: number): void {
  const db = new DatabaseSync(attested('heads.db'));
  const { text } = db.prepare('SELECT text FROM state').get() as { text: string };
  const state = JSON.parse(text) as { committed: { sum: number } };
  state.committed.sum += difference;
  const changed = JSON.stringify(state);
  db.prepare('UPDATE state SET text = ?, checksum = ?').run(changed, crc32(changed));
  db.close();
}

describe('a log and what was attested about it', () => {
  it('agree, and the files stay as they were', async () => {
    const files = ['heads.db', 'heads.db-pages'].map(attested);
    const before = await Promise.all(files.map((file) => readFile(file)));

    const { exit, out } = await fsck();

    expect(exit).toBe(EXIT.done);
    expect(out).toContain('700 events of 31 streams: every header, body and stream chain is as it was sealed');
    expect(out).toContain(`700 of 700 attested entries of ${ORIGIN}: index, hashes and signed roots agree`);
    expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(before);
  });

  it('agree where newer events wait to be attested', async () => {
    const other = join(folder, 'other');
    await makeLog(join(other, 'log.db'), EVENTS + 40, STREAMS);
    await cp(join(folder, 'attestation'), join(other, 'attestation'), { recursive: true });

    const { out } = await fsck('--data-dir', other);

    expect(out).toContain('740 events');
    expect(out).toContain('700 of 700 attested entries');
  });

  it('are compared in roots only where no policy tells the keys', async () => {
    await rm(attested('policy.txt'));

    expect((await fsck()).out).toContain('No policy: roots were compared, their signatures were not verified');
  });
});

describe('somebody with a database tool who', () => {
  it('edits a body is named with the place', async () => {
    sql('UPDATE events SET body = CAST(replace(CAST(body AS TEXT), \'"n":123\', \'"n":124\') AS BLOB) WHERE position = 124');

    expect(await faults()).toMatchObject([
      { code: 'body-digest-mismatch', stream: 'batch-3', seq: 4, position: '124', id: expect.stringMatching(/0123$/) },
    ]);
  });

  it('edits a header is named, and so is the event that names what it was', async () => {
    sql(
      "UPDATE events SET header = CAST(replace(CAST(header AS TEXT), '08:00:00.000Z', '08:00:00.001Z') AS BLOB) WHERE position = 124",
    );

    expect(await faults()).toMatchObject([
      { code: 'entry-mismatch', leaf: 123, stream: 'batch-3', seq: 4, position: '124' },
      { code: 'prev-mismatch', stream: 'batch-3', seq: 5 },
      { code: 'recorded-at-decreases', stream: 'batch-3', seq: 5 },
    ]);
  });

  it('writes the newest event anew with all its digests is named by the attested hashes alone', async () => {
    sql(
      "UPDATE events SET header = CAST(replace(CAST(header AS TEXT), '08:00:00.000Z', '08:00:09.000Z') AS BLOB) WHERE position = 700",
    );

    expect(await faults()).toMatchObject([{ code: 'entry-mismatch', leaf: 699, position: '700' }]);
  });

  it('removes the newest rows is told which leaves lack their events', async () => {
    sql('DELETE FROM events WHERE position > 697');

    expect(await faults()).toMatchObject([
      { code: 'event-missing', leaf: 697, position: '698' },
      { code: 'event-missing', leaf: 698, position: '699' },
      { code: 'event-missing', leaf: 699, position: '700' },
    ]);
  });

  it('removes a row in the middle is named by gap, chain and leaf', async () => {
    sql('DELETE FROM events WHERE position = 124');

    const found = (await faults()).map(({ code }) => code);
    expect(found.sort()).toEqual(['event-missing', 'position-gap', 'seq-mismatch', 'store-corrupt']);
  });

  it('puts a row before the attested ones, or moves an event to another stream, is named', async () => {
    sql("UPDATE streams SET name = 'batch-99' WHERE name = 'batch-3'");

    const found = await faults();

    expect(found[0]).toMatchObject({ code: 'stream-mismatch', stream: 'batch-99', seq: 0 });
    expect(found.map(({ code }) => code)).toContain('heads-mismatch');
  });

  it('is named for each of several edits', async () => {
    sql("UPDATE events SET type = 'batch.released.v1' WHERE position IN (50, 300, 600)");

    expect((await faults()).map(({ code, position }) => `${code} ${position}`)).toEqual([
      'type-mismatch 50',
      'type-mismatch 300',
      'type-mismatch 600',
    ]);
  });
});

describe('one flipped byte', () => {
  it.each<[string, string, number, object]>([
    ['a leaf hash', 'log/height-00', 123 * 32 + 5, { code: 'tile-damaged', file: 'log/height-00', record: 123, leaf: 123 }],
    ['a leaf hash of the last, partial tile', 'log/height-00', 699 * 32, { code: 'tile-damaged', record: 699, leaf: 699 }],
    ['a hash between tiles', 'log/height-04', 7 * 32 + 31, { code: 'tile-damaged', file: 'log/height-04', record: 7 }],
    ['a hash of a tile', 'log/height-08', 32, { code: 'tile-damaged', file: 'log/height-08', record: 1 }],
    ['the index', 'index', 123 * 16 + 7, { code: 'index-mismatch', file: 'index', record: 123, leaf: 123, position: '124' }],
  ])('of %s is named, and nothing else', async (_, file, at, fault) => {
    await flip(file, at);

    const found = await faults();

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(fault);
  });

  it.each([
    ['the key of a head', 44, false],
    ['a number of a head', 44 + 4 * 32 + 7, false],
    ['the key of a head, with the checksums that belong to it', 44, true],
    ['a number of a head, with the checksums that belong to it', 44 + 4 * 32 + 7, true],
  ])('of %s in the heads map is named with the slot of its page', async (_, at, isSealed) => {
    const pages = await readFile(attested('heads.db-pages'));
    const slot = newestSlotOf(0, pages);
    const bytes = pages.subarray(slot * SLOT, (slot + 1) * SLOT);
    bytes[16 + at]! ^= 1;
    if (isSealed) {
      const before = bytes.readUInt32BE(0);
      const after = crc32(bytes.subarray(4));
      bytes.writeUInt32BE(after, 0);
      addToSum(after - before);
    }
    await writeFile(attested('heads.db-pages'), pages);

    expect((await faults())[0]).toMatchObject({ code: 'heads-damaged', file: 'heads.db-pages', record: slot });
  });

  it.each([
    ['signed', 'bad-signature'],
    ['published', 'bad-signature'],
    ['heads', 'bad-signature'],
  ])('of the root in %s is a signature that does not hold', async (file) => {
    const text = await readFile(attested(file), 'utf8');
    const line = file === 'heads' ? 4 : 2;
    const lines = text.split('\n');
    lines[line] = lines[line]!.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    await writeFile(attested(file), lines.join('\n'));

    expect((await faults()).length).toBeGreaterThan(0);
  });

  it('of a root that was released is named by its size, though the note in hand verifies', async () => {
    const db = new DatabaseSync(attested('releases.db'));
    const { note } = db.prepare('SELECT note FROM release WHERE size = 16').get() as { note: string };
    db.prepare('UPDATE release SET note = ? WHERE size = 16').run(
      note.replace(/\n16\n./, (found) => found.slice(0, -1) + (found.endsWith('A') ? 'B' : 'A')),
    );
    db.close();

    expect(await faults()).toMatchObject([{ code: 'root-mismatch', file: 'releases.db', record: 16 }]);
  });
});

describe('a folder of attestation that lacks a file', () => {
  it.each(['index', 'log/height-04'])('%s is told so', async (file) => {
    await rm(attested(file));

    expect((await faults())[0]).toMatchObject({ code: 'file-missing', file });
  });

  it('that was signed is not taken for one where nothing was attested', async () => {
    await rm(attested('signed'));

    expect(await faults()).toMatchObject([{ code: 'signed-missing' }]);
  });
});
