import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_BYTES, PAGE_HEADER } from './heads-page.ts';
import { PageStore, type PagesAt } from './page-store.ts';
import { SLOT, type Slots, slotsInMemory } from './slots.ts';

const SECTOR = 512;
const IDENTITY = Buffer.from('of this store');

/** A disk that keeps what was synced, and of later writes whatever a stop of the machine happens to leave, sector by sector. */
class LossyDisk implements Slots {
  #durable = slotsInMemory();
  #now = slotsInMemory();
  #unsynced: { slot: number; bytes: Buffer }[] = [];

  get count(): number {
    return this.#now.count;
  }
  read(slot: number, target: Buffer): void {
    this.#now.read(slot, target);
  }
  write(slot: number, bytes: Buffer): void {
    this.#now.write(slot, bytes);
    this.#unsynced.push({ slot, bytes: Buffer.from(bytes) });
  }
  all(): Iterable<Buffer> {
    return this.#now.all();
  }
  clear(): void {
    this.#now.clear();
    this.#durable.clear();
  }
  sync(): void {
    this.#durable = copied(this.#now);
    this.#unsynced = [];
  }
  close(): void {}

  /** The machine stops: of each unsynced write those sectors stay for which the sieve says so. */
  stop(stays: () => boolean): void {
    const left = copied(this.#durable);
    const bytes = Buffer.alloc(SLOT);
    for (const write of this.#unsynced) {
      bytes.fill(0);
      if (write.slot < left.count) left.read(write.slot, bytes);
      for (let at = 0; at < SLOT; at += SECTOR) if (stays()) write.bytes.copy(bytes, at, at, at + SECTOR);
      left.write(write.slot, bytes);
    }
    this.#now = left;
    this.sync();
  }
}

function copied(from: Slots): Slots {
  const to = slotsInMemory();
  for (const [slot, bytes] of [...from.all()].entries()) to.write(slot, bytes);
  return to;
}

function page(content: number): Buffer {
  const bytes = Buffer.alloc(PAGE_BYTES);
  for (let at = 0; at + 4 <= PAGE_BYTES; at += 4) bytes.writeUInt32BE((content * 2_654_435_761 + at) >>> 0, at);
  return bytes;
}

/** What a map keeps beside its pages: its last commit and the last one that is on disk for good. */
type Commit = PagesAt & { readonly pages: readonly Buffer[] };

const NOTHING: Commit = { generation: 0, sum: 0, pages: [] };

function begun(slots: Slots): PageStore {
  const store = new PageStore(slots);
  store.begin(IDENTITY);
  return store;
}

function commit(store: PageStore, before: Commit, written: readonly { number: number; content: number }[]): Commit {
  const pages = [...before.pages];
  for (const { number, content } of written) {
    const at = Math.min(number, store.pages);
    pages[at] = page(content);
    store.write(at, pages[at]);
  }
  const { generation, sum } = store.next;
  store.committed();
  return { generation, sum, pages };
}

function settle(store: PageStore): void {
  store.sync();
  store.release();
}

function expectPages(store: PageStore, pages: readonly Buffer[]): void {
  expect(store.pages).toBe(pages.length);
  for (const [number, bytes] of pages.entries()) expect(store.read(number)).toEqual(bytes);
}

const step = fc.record({
  written: fc.array(fc.record({ number: fc.nat({ max: 6 }), content: fc.nat() }), { maxLength: 5 }),
  next: fc.constantFrom('go on', 'go on', 'sync', 'stop', 'stop uncommitted', 'kill uncommitted'),
  /** Of all sectors, so that now and then every one or none stays. */
  share: fc.constantFrom(0, 0.5, 0.99, 1),
});

describe('pages on disk', () => {
  it('are those of the last commit, or of the last synced one, wherever the machine stops', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.double({ noNaN: true, min: 0, max: 0.999 })),
        (steps, chances) => {
          const disk = new LossyDisk();
          let store = begun(disk);
          let synced = NOTHING;
          let last = NOTHING;
          for (const { written, next, share } of steps) {
            if (next.endsWith('uncommitted')) commit(store, last, written);
            else last = commit(store, last, written);
            if (next === 'sync') {
              settle(store);
              synced = last;
            } else if (next !== 'go on') {
              if (next.startsWith('stop')) disk.stop(() => chances.next().value! < share);
              store = new PageStore(disk);
              const headers: Buffer[] = [];
              const found = store.load(last, synced, (_, header) => headers.push(Buffer.from(header)));
              outcomes.add(found === last ? 'last' : 'synced');
              if (next.startsWith('kill')) expect(found).toBe(last);
              expect(headers).toEqual(found.pages.map((bytes) => bytes.subarray(0, PAGE_HEADER)));
              last = found;
            }
            expectPages(store, last.pages);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(outcomes).toEqual(new Set(['last', 'synced']));
  });

  it('take no more room than they need beside what is held back', () => {
    const slots = slotsInMemory();
    const store = begun(slots);
    let last = NOTHING;
    const written = Array.from({ length: 10 }, (_, number) => ({ number, content: number }));
    for (let round = 0; round < 20; round++) {
      last = commit(store, last, written);
      settle(store);
    }
    expect(slots.count).toBe(1 + 2 * written.length);
    expectPages(store, last.pages);
  });

  it('are refused where one was changed, and where a sound one is of another commit', () => {
    const slots = slotsInMemory();
    const store = begun(slots);
    const first = commit(store, NOTHING, [{ number: 0, content: 1 }]);
    const second = commit(store, first, [{ number: 0, content: 2 }]);
    settle(store);
    commit(store, second, [{ number: 0, content: 3 }]);
    const load = (state: Commit) => new PageStore(copied(slots)).load(state, state, () => {});
    expect(() => load(first)).toThrow(expect.objectContaining({ code: 'heads-damaged' }));
    expect(load(second)).toBe(second);
    const [, , ofSecond] = [...slots.all()];
    ofSecond![1000]! ^= 1;
    expect(() => load(second)).toThrow(expect.objectContaining({ code: 'heads-damaged', offset: 2 * SLOT }));
  });

  it('are not read as something else than was written', () => {
    const slots = slotsInMemory();
    const store = begun(slots);
    commit(store, NOTHING, [{ number: 0, content: 1 }]);
    [...slots.all()][1]![500]! ^= 1;
    expect(() => store.read(0)).toThrow(expect.objectContaining({ code: 'heads-damaged', offset: SLOT }));
  });

  it('are of the map that began them', () => {
    const slots = slotsInMemory();
    const store = new PageStore(slots);
    expect(store.isOf(IDENTITY)).toBe(false);
    store.begin(IDENTITY);
    expect([store.isOf(IDENTITY), store.isOf(Buffer.from('of another ...'))]).toEqual([true, false]);
  });
});
