import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { merkleLeaf, merkleRoot, readCheckpoint, readNote, readPolicy, verifyReleasedCheckpoint } from '@cytoledger/attest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Bench, QUICK } from './specification/bench.ts';

const WAIT = { timeout: 45_000, interval: 5 };

let bench: Bench;
afterEach(() => bench.close());

/** Size of the checkpoint that was signed last. */
async function signed(): Promise<number> {
  return readCheckpoint(readNote(await readFile(join(bench.attestation, 'signed'))).text).size;
}

/** Attestation stands still: nothing was signed after `size`, and events are recorded all the same. */
async function standsStillAt(size: number, code: string): Promise<void> {
  await bench.alarm(code);
  await bench.say('batch-later', 3);
  expect(await signed()).toBe(size);
  expect(bench.said.some((line) => line.includes(`error: attestation stands still (${code})`))).toBe(true);
}

describe('a header that is not what its place says', () => {
  it.each([
    { what: 'a seq that is not the stored revision', over: { seq: 5 }, code: 'seq-mismatch' },
    { what: 'a prev that is not the leaf before it', over: { prev: 'A'.repeat(43) }, code: 'prev-mismatch' },
  ])('stops attestation: $what', async ({ over, code }) => {
    bench = await Bench.open();
    await bench.say('batch-a', 3);
    bench.start();
    await bench.released(3);
    await bench.say('batch-a', 1, over);
    await standsStillAt(3, code);
  });

  it('stops it too where the entry before it has long been in the map only', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 3);
    await bench.attestTo(3);
    await bench.say('batch-a', 1, { prev: 'A'.repeat(43) });
    bench.start();
    await standsStillAt(3, 'prev-mismatch');
  });

  it('does not, where everything follows', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 3);
    await bench.attestTo(3);
    await bench.say('batch-a', 1);
    bench.start();
    await bench.released(4);
    expect(bench.attested.state.alarm).toBeNull();
  });
});

describe('what a database administrator did while attestation was down', () => {
  const attested = async () => {
    bench = await Bench.open();
    for (const stream of ['batch-a', 'batch-b', 'batch-a']) await bench.say(stream, 100);
    await bench.attestTo(300);
  };

  it('is noticed: a row was edited', async () => {
    await attested();
    await bench.sql(
      `UPDATE events SET header = CAST(replace(CAST(header AS TEXT), 'recordedAt":"20', 'recordedAt":"19') AS BLOB) WHERE position = 290`,
    );
    bench.start();
    await standsStillAt(300, 'store-differs');
    expect(bench.attested.state.alarm!.message).toContain('leaf 289');
  });

  it('is noticed: the newest rows were removed', async () => {
    await attested();
    await bench.sql('DELETE FROM events WHERE position > 298');
    bench.start();
    await standsStillAt(300, 'store-differs');
  });

  it('is noticed: the newest rows were removed, and others recorded in their place', async () => {
    await attested();
    await bench.sql('DELETE FROM events WHERE position > 298');
    await bench.say('batch-c', 2);
    bench.start();
    await standsStillAt(300, 'store-differs');
  });

  it('is nothing to notice where it was only looking', async () => {
    await attested();
    await bench.sql('SELECT count(*) FROM events');
    await bench.say('batch-c', 2);
    bench.start();
    await bench.released(302);
  });
});

/** Nothing comes after it in its stream. */
const EDIT_520 = `UPDATE events SET header = CAST(replace(CAST(header AS TEXT), 'recordedAt":"20', 'recordedAt":"19') AS BLOB)
  WHERE position = 520`;

describe("yesterday's copy", () => {
  it('of log and attestation is refused before anything is signed', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 20);
    await bench.attestTo(20);
    const restore = await bench.copy('all');
    await bench.say('batch-a', 20);
    await bench.attestTo(40);
    await restore();
    await bench.say('batch-b', 30);
    bench.start();
    await standsStillAt(20, 'rolled-back');
    expect(bench.attested.released?.size).toBe(20);
  });

  it('of the log alone is refused', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 20);
    await bench.attestTo(20);
    const restore = await bench.copy('log');
    await bench.say('batch-a', 20);
    await bench.attestTo(40);
    await restore();
    bench.start();
    await standsStillAt(40, 'store-differs');
  });

  it('is refused when it is not known here that more was released: one of three witnesses that answer has seen more', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 20);
    await bench.attestTo(20);
    const restore = await bench.copy('all');
    // One witness was down when more was released, another is down now.
    bench.witnesses[0]!.manner = 'shut';
    await bench.say('batch-a', 20);
    await bench.attestTo(40);
    await restore();
    bench.witnesses[0]!.manner = 'honest';
    bench.witnesses[1]!.manner = 'shut';
    bench.start();
    await standsStillAt(20, 'rolled-back');
  });

  it("of attestation alone, beside a log that is whole, goes on from a checkpoint that is put beside it, and from no other log's", async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 20);
    await bench.attestTo(20);
    const restore = await bench.copy('attestation');
    for (let n = 0; n < 5; n++) await bench.say(`batch-${n}`, 100);
    await bench.attestTo(520);
    const { note } = bench.attested.released!;
    await restore();
    await bench.say('batch-b', 7);
    bench.start();
    await standsStillAt(20, 'rolled-back');
    await bench.stop();
    const resume = join(bench.attestation, 'resume');
    await writeFile(resume, note.replace('\n520\n', '\n519\n'));
    bench.start();
    await standsStillAt(20, 'signed-unreadable');
    await bench.stop();
    await writeFile(resume, note);
    await bench.sql(EDIT_520);
    bench.start();
    await standsStillAt(20, 'other-history');
  });

  it('of attestation alone resumes so, and grows', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 20);
    await bench.attestTo(20);
    const restore = await bench.copy('attestation');
    for (let n = 0; n < 5; n++) await bench.say(`batch-${n}`, 100);
    await bench.attestTo(520);
    const { note } = bench.attested.released!;
    await restore();
    await bench.say('batch-b', 7);
    await writeFile(join(bench.attestation, 'resume'), note);
    await bench.attestTo(527);
    const { checkpoint } = verifyReleasedCheckpoint(bench.attested.released!.note, readPolicy(bench.policyText));
    expect(checkpoint.root).toEqual(merkleRoot((await bench.events()).map(({ header }) => merkleLeaf(header))));
    await expect(readFile(join(bench.attestation, 'resume'))).rejects.toThrow('ENOENT');
  });

  it('is taken where nothing was signed since: it is what the witnesses know', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 20);
    await bench.attestTo(20);
    const restore = await bench.copy('all');
    await restore();
    await bench.say('batch-a', 20);
    bench.start();
    await bench.released(40);
  });
});

describe('a witness', () => {
  it('that lies is passed over: the others release', async () => {
    bench = await Bench.open();
    bench.witnesses[1]!.manner = 'lying';
    await bench.say('batch-a', 5);
    const log = bench.start();
    await bench.released(5);
    const { cosignatures } = verifyReleasedCheckpoint(log.released!.note, readPolicy(bench.policyText));
    expect(cosignatures.map(({ key }) => key.name)).not.toContain('witness-2.example');
    expect(log.state.witnesses[1]!.trouble).toMatch(/does not hold/);
  });

  it('that lies cannot make up a quorum with another: nothing is released, and that is told', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 2);
    const log = bench.start();
    await bench.released(2);
    for (const liar of bench.witnesses.slice(2)) liar.manner = 'lying';
    await bench.say('batch-a', 3);
    await vi.waitFor(() => expect(log.state.trouble).toMatch(/quorum/), WAIT);
    expect({ signed: log.state.signed, released: log.size }).toEqual({ signed: 5, released: 2 });
    for (const witness of bench.witnesses) witness.manner = 'honest';
  });

  it('that says to have seen more does not stop the log by itself', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 5);
    await bench.attestTo(5);
    bench.witnesses[3]!.manner = 'boasting';
    await bench.say('batch-a', 5);
    bench.start();
    await bench.released(10);
  });

  it('that says so together with another does: one of them may tell the truth', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 5);
    await bench.attestTo(5);
    for (const witness of bench.witnesses.slice(2)) witness.manner = 'boasting';
    await bench.say('batch-a', 5);
    bench.start();
    await standsStillAt(5, 'rolled-back');
  });

  it('that sleeps is not waited for', async () => {
    bench = await Bench.open();
    bench.witnesses[0]!.manner = 'asleep';
    await bench.say('batch-a', 5);
    const log = bench.start({ pace: { ...QUICK, witnessTimeoutMs: 60_000 } });
    await bench.released(5);
    expect(log.state.witnesses[0]!.size).toBe(0);
  });

  it('that sleeps with another keeps everything from being released until it wakes', async () => {
    bench = await Bench.open();
    const [first, second] = bench.witnesses;
    first!.manner = 'asleep';
    second!.manner = 'asleep';
    await bench.say('batch-a', 5);
    const log = bench.start();
    await vi.waitFor(() => expect(log.state.trouble).toMatch(/too few witnesses/), WAIT);
    expect(log.state.signed).toBe(0);
    first!.manner = 'honest';
    await bench.released(5);
    expect(log.state.trouble).toBeNull();
  });

  it('that comes back from a snapshot is shown again what it has forgotten', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 5);
    const log = bench.start();
    await vi.waitFor(() => expect(bench.witnesses.every(({ seen }) => seen?.size === 5)).toBe(true), WAIT);
    const [witness] = bench.witnesses;
    const snapshot = witness!.seen;
    await bench.say('batch-a', 5);
    await vi.waitFor(() => expect(bench.witnesses.every(({ seen }) => seen?.size === 10)).toBe(true), WAIT);
    witness!.seen = snapshot;
    await bench.say('batch-a', 5);
    await bench.released(15);
    await vi.waitFor(() => expect(witness!.seen?.size).toBe(15), WAIT);
    expect(log.state.alarm).toBeNull();
    expect(bench.said.some((line) => line.includes('witness-1.example has forgotten'))).toBe(true);
  });

  it('that has cosigned another history stops the log together with another', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 5);
    await bench.attestTo(5);
    for (const witness of bench.witnesses.slice(2)) witness.seen = { size: 4, root: Buffer.alloc(32, 7) };
    await bench.say('batch-a', 5);
    bench.start();
    await standsStillAt(5, 'other-history');
  });
});
