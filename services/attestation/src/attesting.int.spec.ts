import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cosignNote,
  formatNote,
  merkleLeaf,
  merkleRoot,
  readCheckpoint,
  readHeadsNote,
  readNote,
  readPolicy,
  sha256,
  verifyConsistency,
  verifyHead,
  verifyHeadsNote,
  verifyInclusion,
  verifyNoHead,
  verifyReleasedCheckpoint,
} from '@cytoledger/attest';
import { headsFiles } from '@cytoledger/attest/disk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Bench, QUICK } from './specification/bench.ts';

const WAIT = { timeout: 45_000, interval: 5 };

let bench: Bench;
afterEach(() => bench.close());

describe('attesting', () => {
  it('releases every event of the store in its order, under the root that RFC 6962 gives them', async () => {
    bench = await Bench.open();
    for (const stream of ['batch-a', 'batch-b', 'batch-a', 'donation-c', 'batch-b']) await bench.say(stream, 60);
    const log = bench.start();
    await bench.released(300);
    const { checkpoint, cosignatures } = verifyReleasedCheckpoint(log.released!.note, readPolicy(bench.policyText));
    const leaves = (await bench.events()).map(({ header }) => merkleLeaf(header));
    expect(checkpoint.root).toEqual(merkleRoot(leaves));
    expect(cosignatures.length).toBeGreaterThanOrEqual(3);
  });

  it('goes on signing and noting heads when its clock is set back', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 5);
    const log = bench.start();
    await bench.released(5);
    await vi.waitFor(() => expect(log.heads?.size).toBe(5), WAIT);
    const now = Date.now;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
    try {
      await bench.say('batch-a', 5);
      await bench.released(10);
      await vi.waitFor(() => expect(log.heads?.size).toBe(10), WAIT);
    } finally {
      clock.mockRestore();
    }
  });

  it('keeps to its order: on disk, signed, cosigned, kept, published', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 3);
    bench.start();
    await bench.released(3);
    await vi.waitFor(() => expect(bench.steps).toContain('heads-noted'), WAIT);
    expect(bench.steps).toEqual([
      'appended',
      'flushed',
      'signed',
      'heads-advanced',
      'cosigned',
      'recorded',
      'published',
      'heads-noted',
    ]);
  });

  it('proves each event, and each release to continue those before', async () => {
    bench = await Bench.open();
    const log = bench.start();
    const sizes: number[] = [];
    for (let round = 1; round <= 3; round++) {
      await bench.say(`batch-${round}`, 100);
      await bench.released(100 * round);
      sizes.push(log.size);
    }
    const root = log.root(300);
    for (const [index, { header, position }] of (await bench.events()).entries()) {
      expect(log.indexOf(position)).toBe(index);
      expect(log.positionOf(index)).toBe(position);
      verifyInclusion({ leafHash: merkleLeaf(header), index, size: 300, root, path: log.inclusion(index, 300) });
    }
    for (const size of sizes) {
      const { root: before } = readCheckpoint(readNote(log.releaseFrom(size)!.note).text);
      verifyConsistency({ size1: size, root1: before, size2: 300, root2: root, path: log.consistency(size, 300) });
    }
    expect(log.releaseUpTo(150)!.size).toBe(100);
    expect(log.releaseFrom(150)!.size).toBe(200);
    expect(log.releaseFrom(301)).toBeUndefined();
  });

  it('tells where an event stands only once it is released', async () => {
    bench = await Bench.open();
    const log = bench.start();
    await bench.say('batch-a');
    await bench.released(1);
    for (const witness of bench.witnesses) witness.manner = 'shut';
    await bench.say('batch-a');
    await vi.waitFor(() => expect(log.state.signed).toBe(2), WAIT);
    expect((await log.find('batch-a', 0))!.index).toBe(0);
    expect((await log.find('batch-a', 1))!.index).toBeUndefined();
    expect(await log.find('batch-a', 2)).toBeUndefined();
    for (const witness of bench.witnesses) witness.manner = 'honest';
    expect((await log.whenReleased(2, 10_000))?.size).toBe(2);
    expect((await log.find('batch-a', 1))!.index).toBe(1);
  });

  it('signs nothing while nothing is new', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 2);
    await bench.attestTo(2);
    bench.steps.length = 0;
    bench.start();
    await vi.waitFor(() => expect(bench.witnesses.every(({ asked }) => asked.at(-1) === 2)).toBe(true), WAIT);
    await new Promise((resolve) => setTimeout(resolve, 20 * QUICK.pollMs));
    expect(bench.steps).toEqual([]);
  });

  it('resumes from its tiles: of what was attested it reads the last tile, whatever the size', async () => {
    bench = await Bench.open();
    for (let n = 0; n < 10; n++) await bench.say(`batch-${n}`, 100);
    await bench.attestTo(1000);
    await bench.say('batch-3', 5);
    bench.start();
    await bench.released(1005);
    expect(bench.read).toBe((1000 % 256) + 5);
  });

  it('has nothing cosigned between entries that were recorded long ago: those after it would look back-dated', async () => {
    bench = await Bench.open();
    const recordedAt = new Date(Date.now() - 3_600_000).toISOString();
    for (let n = 0; n < 14; n++) await bench.say(`batch-${n}`, 500, { recordedAt });
    const log = bench.start({ pace: { ...QUICK, signEveryMs: 0, maxNews: 3 } });
    await bench.released(7000);
    expect(bench.steps.filter((step) => step === 'signed').length).toBeGreaterThan(1);
    expect(log.releaseFrom(1)!.size).toBe(7000);
  });

  it('without a policy signs, and releases nothing', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 2);
    const log = bench.start({ policy: null });
    await vi.waitFor(() => expect(log.state.signed).toBe(2), WAIT);
    expect(log.released).toBeUndefined();
    expect(log.state.trouble).toMatch(/no policy/);
    expect(readCheckpoint(readNote(await readFile(join(bench.attestation, 'signed'))).text).size).toBe(2);
  });

  it('is done by one process at a time', async () => {
    bench = await Bench.open();
    await bench.say('batch-a');
    await bench.attestTo(1);
    const other = await Bench.open();
    try {
      const first = bench.start();
      await vi.waitFor(() => expect(first.state.appended).toBe(1), WAIT);
      other.start({ folder: bench.attestation, store: bench.store, logKey: bench.logKey });
      await other.alarm('in-use');
    } finally {
      await other.close();
    }
  });
});

describe('the heads notes', () => {
  it('say of every stream which entry is its last, and of every other name that there is none', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 4);
    await bench.say('batch-b', 3);
    await bench.say('batch-a', 2);
    const log = bench.start();
    const { heads, proofs } = (await log.proveHeads(['batch-a', 'batch-b', 'batch-c'], { from: 9, timeoutMs: 10_000 }))!;
    const { heads: note } = verifyHeadsNote(heads.note, readPolicy(bench.policyText));
    expect(note.mainRoot).toEqual(log.root(9));
    const events = await bench.events();
    for (const [n, { stream, seq, index }] of [
      { stream: 'batch-a', seq: 5, index: 8 },
      { stream: 'batch-b', seq: 2, index: 6 },
    ].entries()) {
      const { header } = events[index]!;
      const { proof, head } = proofs[n]!;
      expect(head).toEqual({ seq, index });
      verifyHead(stream, { seq, index, leafHash: merkleLeaf(header), headerHash: sha256(header) }, proof, note.mapRoot);
    }
    verifyNoHead('batch-c', proofs[2]!.proof, note.mapRoot);
  });

  it('reach the end of the log when nothing more comes', async () => {
    bench = await Bench.open();
    const log = bench.start();
    for (let n = 1; n <= 5; n++) {
      await bench.say(`batch-${n}`, 2);
      await bench.released(2 * n);
    }
    await vi.waitFor(() => expect(log.heads?.size).toBe(10), WAIT);
  });

  it('carry the cosignature of a monitor that the policy pins, and no other, also after a restart', async () => {
    bench = await Bench.open();
    await bench.say('batch-a', 2);
    await bench.attestTo(2);
    const log = bench.start();
    await vi.waitFor(() => expect(log.heads?.size).toBe(2), WAIT);
    const { text } = readNote(log.heads!.note);
    const cosigned = (name: string, of = text) =>
      Buffer.from(
        formatNote({ text: of, signatures: [cosignNote(of, { name, privateKey: bench.monitor.privateJwk }, 1_800_000_000)] }),
      );
    expect(await log.cosignHeads(cosigned('stranger.example'))).toBe('unknown-key');
    expect(await log.cosignHeads(cosigned('monitor.example', text.replace('\n2\n', '\n1\n')))).toBe('moved');
    expect(await log.cosignHeads(cosigned('monitor.example'))).toBe('added');
    expect(await log.cosignHeads(cosigned('monitor.example'))).toBe('added');
    await bench.stop();
    const again = bench.start();
    await vi.waitFor(() => expect(again.heads?.size).toBe(2), WAIT);
    const { monitored, cosignatures } = verifyHeadsNote(again.heads!.note, readPolicy(bench.policyText));
    expect({ monitored, count: cosignatures.length }).toEqual({ monitored: true, count: 1 });
  });

  it('are made again from the log when the map is lost', async () => {
    bench = await Bench.open();
    for (let n = 0; n < 30; n++) await bench.say(`batch-${n % 7}`, 11);
    await bench.attestTo(330);
    const { mapRoot } = readHeadsNote(readNote(await readFile(join(bench.attestation, 'heads'))).text);
    for (const file of [...headsFiles('heads.db'), 'heads']) await rm(join(bench.attestation, file), { force: true });
    await bench.attestTo(330);
    expect(readHeadsNote(readNote(await readFile(join(bench.attestation, 'heads'))).text).mapRoot).toEqual(mapRoot);
  });
});
