import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNote, readPolicy, verifyHeadsNote } from '@cytoledger/attest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEGINNING, FakeLog, type Forgery, iso } from '../fake-log.fixture.ts';
import { type Monitor, type MonitorOptions, makeMonitor, openMonitor, type Round } from './monitor.ts';
import { watchLog } from './watch-log.ts';

let folder: string;
let log: FakeLog;
let now: number;
let vkey: string;
const closing: (() => void | Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'monitor-'));
  log = new FakeLog();
  now = BEGINNING + 100;
  vkey = await makeMonitor({ folder: join(folder, 'm'), name: 'm.example' });
  await writeFile(join(folder, 'policy.txt'), log.policy({ monitors: [vkey] }));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

async function served(of = log): Promise<string> {
  const { url, close } = await of.serve();
  closing.push(close);
  return url;
}

async function opened(options: Partial<MonitorOptions> = {}): Promise<Monitor> {
  const url = options.url ?? (await served());
  const monitor = await openMonitor({
    folder: join(folder, 'm'),
    policy: join(folder, 'policy.txt'),
    token: async () => 'secret',
    clock: () => now * 1000,
    ...options,
    url,
  });
  closing.push(() => monitor.close());
  return monitor;
}

/** The log at its size, released and with heads. */
function publish(at = BEGINNING + 10): void {
  log.release(at);
  log.publishHeads();
}

describe('a monitor', () => {
  it('replays a log, recomputes its heads map and cosigns the heads note', async () => {
    log.grow(600, BEGINNING);
    publish();
    const monitor = await opened();
    expect(await monitor.round()).toEqual({ size: 600, released: 600, heads: { size: 600, outcome: 'cosigned' }, warnings: [] });
    const policy = readPolicy(await readFile(join(folder, 'policy.txt'), 'utf8'));
    const { text, signatures } = readNote(log.heads!);
    const [own] = readNote(log.cosignatures[0]!).signatures;
    expect(readNote(log.cosignatures[0]!).text).toBe(text);
    const whole = verifyHeadsNote(`${log.heads}${log.cosignatures[0]!.slice(text.length + 1)}`, policy);
    expect(whole).toMatchObject({ monitored: true, cosignatures: [{ timestamp: BEGINNING + 100 }] });
    expect([...signatures, own]).toHaveLength(2);
  });

  it('reads only what is new, and keeps where it was over restarts', async () => {
    log.grow(600, BEGINNING);
    publish();
    const url = await served();
    const first = await opened({ url });
    await first.round();
    first.close();
    closing.pop();
    log.asked.length = 0;
    log.grow(300, BEGINNING + 20);
    publish(BEGINNING + 30);
    const again = await opened({ url });
    expect(await again.round()).toMatchObject({ size: 900, heads: { outcome: 'cosigned' } });
    expect(log.asked.filter((path) => path.startsWith('tile/entries'))).toEqual(['tile/entries/002', 'tile/entries/003.p/132']);
  });

  it('hands its cosignature in again while the log does not show it', async () => {
    log.grow(3, BEGINNING);
    publish();
    const monitor = await opened();
    await monitor.round();
    now += 5;
    await monitor.round();
    expect(log.cosignatures[1]).toBe(log.cosignatures[0]);
    log.heads += log.cosignatures[0]!.slice(readNote(log.heads!).text.length + 1);
    expect(await monitor.round()).toMatchObject({ heads: { outcome: 'cosigned-before' } });
    expect(log.cosignatures).toHaveLength(2);
  });

  it('waits with entries after the heads note for the next one, for so long as it has patience', async () => {
    log.grow(5, BEGINNING);
    log.publishHeads();
    log.grow(4, BEGINNING);
    log.release(BEGINNING + 10);
    const monitor = await opened({ patience: 10_000 });
    expect(await monitor.round()).toMatchObject({ size: 5, released: 9, heads: { outcome: 'cosigned' } });
    now += 5;
    expect(await monitor.round()).toMatchObject({ size: 5 });
    log.publishHeads({ size: 7 });
    expect(await monitor.round()).toMatchObject({ size: 7, heads: { outcome: 'cosigned' } });
    now += 11;
    expect(await monitor.round()).toMatchObject({ size: 9 });
    log.publishHeads({ size: 8 });
    expect(await monitor.round()).toMatchObject({ size: 9, heads: { outcome: 'passed' } });
  });

  it('follows a log without heads notes', async () => {
    log.grow(5, BEGINNING);
    const monitor = await opened();
    expect(await monitor.round()).toEqual({ size: 0, warnings: [] });
    log.release(BEGINNING + 10);
    expect(await monitor.round()).toEqual({ size: 5, released: 5, warnings: [] });
  });

  it('waits for the release of what a heads note covers', async () => {
    log.grow(5, BEGINNING);
    log.release(BEGINNING + 10);
    log.grow(1, BEGINNING);
    log.publishHeads();
    const monitor = await opened();
    expect(await monitor.round()).toMatchObject({ heads: { outcome: 'ahead' } });
    log.release(BEGINNING + 12);
    expect(await monitor.round()).toMatchObject({ size: 6, heads: { outcome: 'cosigned' } });
  });

  it('takes a long log in by chunks', async () => {
    log.grow(35_000, BEGINNING, 90);
    publish();
    const sizes: number[] = [];
    const monitor = await opened({ onProgress: (size) => sizes.push(size) });
    expect(await monitor.round()).toMatchObject({ size: 35_000, heads: { outcome: 'cosigned' } });
    expect(sizes).toEqual([32_768, 35_000]);
  });

  it('does not cosign where the policy does not pin it', async () => {
    await writeFile(join(folder, 'policy.txt'), log.policy());
    log.grow(5, BEGINNING);
    publish();
    const monitor = await opened();
    expect(await monitor.round()).toMatchObject({ size: 5, heads: { outcome: 'not-pinned' } });
    expect(log.cosignatures).toEqual([]);
  });

  it('does not cosign while its clock is set back', async () => {
    log.grow(5, BEGINNING);
    publish();
    const monitor = await opened();
    await monitor.round();
    log.grow(1, BEGINNING + 20);
    publish(BEGINNING + 30);
    now -= 3600;
    expect(await monitor.round()).toMatchObject({ heads: { outcome: 'clock-behind' } });
    now += 3600;
    expect(await monitor.round()).toMatchObject({ heads: { outcome: 'cosigned' } });
  });

  it('makes its heads map anew where that was lost or spoilt, and accuses nobody of it', async () => {
    log.grow(50, BEGINNING);
    publish();
    const url = await served();
    (await opened({ url })).close();
    closing.pop();
    const first = await opened({ url });
    await first.round();
    first.close();
    closing.pop();
    await writeFile(join(folder, 'm', 'heads.db'), 'nonsense');
    log.grow(50, BEGINNING + 20);
    publish(BEGINNING + 30);
    const again = await opened({ url });
    expect(await again.round()).toMatchObject({ size: 100, heads: { outcome: 'cosigned' } });
  });

  it.each([
    ['all of it', ['monitor.db', 'heads.db']],
    ['its state alone, behind its heads map', ['monitor.db']],
    ['its heads map alone, behind its state', ['heads.db']],
  ])('goes on from an older copy of %s', async (_, files) => {
    log.grow(50, BEGINNING);
    publish();
    const url = await served();
    const rounds = async () => {
      const monitor = await opened({ url });
      const round = await monitor.round();
      monitor.close();
      closing.pop();
      return round;
    };
    await rounds();
    for (const file of files) await copyFile(join(folder, 'm', file), join(folder, file));
    log.grow(50, BEGINNING + 20);
    publish(BEGINNING + 30);
    await rounds();
    for (const file of files) await copyFile(join(folder, file), join(folder, 'm', file));
    log.grow(50, BEGINNING + 40);
    publish(BEGINNING + 50);
    expect(await rounds()).toEqual({ size: 150, released: 150, heads: { size: 150, outcome: 'cosigned' }, warnings: [] });
  });

  it('concludes nothing from no answer, and nothing from an answer that nobody signed', async () => {
    log.grow(5, BEGINNING);
    publish();
    const { url, close } = await log.serve();
    const monitor = await opened({ url });
    const good = log.checkpoint;
    log.checkpoint = '<html>please log in</html>';
    await expect(monitor.round()).rejects.toMatchObject({ code: 'unverifiable' });
    log.release(BEGINNING + 10, { by: 2 });
    await expect(monitor.round()).rejects.toMatchObject({
      code: 'unverifiable',
      message: expect.stringContaining('quorum-not-met'),
    });
    log.checkpoint = good;
    await close();
    await expect(monitor.round()).rejects.toMatchObject({ code: 'unreachable' });
    expect(monitor.alarm).toBeUndefined();
  });

  it('says that entries need a token', async () => {
    log.grow(5, BEGINNING);
    publish();
    const monitor = await opened({ token: async () => 'other' });
    await expect(monitor.round()).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('log.monitor') });
  });

  it('is started by one process at a time, on a state that is whole', async () => {
    const monitor = await opened();
    await expect(opened()).rejects.toMatchObject({ code: 'in-use' });
    monitor.close();
    closing.splice(-2);
    await writeFile(join(folder, 'm', 'monitor.db'), 'x'.repeat(10_000));
    await expect(opened()).rejects.toMatchObject({ code: 'state-damaged' });
    await rm(join(folder, 'm', 'monitor.db'));
    await expect(opened()).rejects.toMatchObject({ code: 'state-missing' });
  });

  it('follows one log only', async () => {
    log.grow(5, BEGINNING);
    publish();
    const monitor = await opened();
    await monitor.round();
    await writeFile(join(folder, 'policy.txt'), new FakeLog({ origin: 'other.example' }).policy());
    await expect(monitor.round()).rejects.toMatchObject({ code: 'state-of-another-log' });
  });
});

/** What an operator does next to the log of {@link settled}, which then has 20 entries, and `batch-a` up to seq 2. */
type Next = {
  /** Otherwise three events of new streams. */
  readonly entries?: (log: FakeLog) => void;
  /** Otherwise those of all entries. */
  readonly heads?: (log: FakeLog) => void;
};

/** What an operator could do, and what it looks like when nobody does it. */
type Attack = {
  readonly does: string;
  readonly code: string;
  readonly place?: object;
  readonly attack: Next;
  readonly twin: Next;
};

const LATER = BEGINNING + 1_000;
const more = (log: FakeLog) => {
  for (const stream of ['x', 'y', 'z']) log.append(stream, LATER);
};
const then = (stream: string, forgery: Forgery): Next => ({ entries: (log) => log.append(stream, LATER, forgery) });

const attacks: Attack[] = [
  {
    does: 'names an older event as a stream’s head',
    code: 'heads-false',
    attack: {
      heads: (log) =>
        log.publishHeads({
          heads: log.headsAt(log.size).map((head) => (head.stream === 'batch-a' ? { ...head, seq: head.seq - 1 } : head)),
        }),
    },
    twin: {},
  },
  {
    does: 'leaves a stream out of its heads',
    code: 'heads-false',
    attack: { heads: (log) => log.publishHeads({ heads: log.headsAt(log.size).filter(({ stream }) => stream !== 'batch-a') }) },
    twin: {},
  },
  {
    does: 'publishes older heads after newer ones',
    code: 'heads-back',
    attack: { heads: (log) => log.publishHeads({ size: 10 }) },
    twin: { heads: (log) => log.publishHeads({ size: 22 }) },
  },
  {
    does: 'publishes two heads notes of one size',
    code: 'heads-differ',
    attack: { heads: (log) => log.publishHeads({ size: 20, heads: log.headsAt(20).slice(1) }) },
    twin: { heads: (log) => log.publishHeads({ size: 20 }) },
  },
  {
    does: 'publishes heads over another main root',
    code: 'heads-of-another-log',
    attack: { heads: (log) => log.publishHeads({ mainRoot: log.root(20) }) },
    twin: {},
  },
  {
    does: 'records two events at one (stream, seq)',
    code: 'seq-repeated',
    place: { index: 20, stream: 'batch-a', seq: 1 },
    attack: then('batch-a', { seq: 1 }),
    twin: then('batch-a', {}),
  },
  {
    does: 'leaves a seq out',
    code: 'seq-missing',
    place: { index: 20, stream: 'batch-a', seq: 4 },
    attack: then('batch-a', { seq: 4 }),
    twin: then('batch-a', { seq: 3 }),
  },
  {
    does: 'begins a stream in its middle',
    code: 'seq-missing',
    place: { index: 20, stream: 'batch-new', seq: 2 },
    attack: then('batch-new', { seq: 2 }),
    twin: then('batch-new', {}),
  },
  {
    does: 'chains an event to another than the one before',
    code: 'prev-wrong',
    place: { index: 20, stream: 'batch-a', seq: 3 },
    attack: then('batch-a', { prev: Buffer.alloc(32).toString('base64url') }),
    twin: then('batch-a', {}),
  },
  {
    does: 'dates an event before the one before it',
    code: 'recorded-at-decreases',
    attack: then('batch-a', { recordedAt: iso(BEGINNING - 1) }),
    twin: then('batch-a', { recordedAt: iso(BEGINNING) }),
  },
  {
    does: 'dates an event back to before the log was cosigned without it',
    code: 'back-dated',
    place: { index: 20, stream: 'batch-b', seq: 0 },
    attack: then('batch-b', { recordedAt: iso(BEGINNING + 10 - 301) }),
    twin: then('batch-b', { recordedAt: iso(BEGINNING + 10 - 299) }),
  },
  {
    does: 'dates an event to after it was cosigned',
    code: 'post-dated',
    attack: then('batch-b', { recordedAt: iso(LATER + 10 + 302) }),
    twin: then('batch-b', { recordedAt: iso(LATER + 10 + 299) }),
  },
  {
    does: 'records what is no header',
    code: 'entry-unreadable',
    place: { index: 20 },
    attack: { entries: (log) => void log.entries.push({ stream: 'x', seq: 0, bytes: Buffer.from('{"v":1}') }), heads: () => {} },
    twin: then('x', {}),
  },
  {
    does: 'records a header in another form than the canonical',
    code: 'entry-unreadable',
    attack: {
      entries: (log) => {
        log.append('x', LATER);
        const { bytes, ...entry } = log.entries.pop()!;
        log.entries.push({ ...entry, bytes: Buffer.from(bytes.toString().replace('"v":1', '"v": 1')) });
      },
    },
    twin: then('x', {}),
  },
  {
    does: 'shows an older checkpoint than before',
    code: 'checkpoint-back',
    attack: { entries: (log) => void log.entries.splice(15), heads: () => {} },
    twin: {},
  },
  {
    does: 'shows a changed history of the same size',
    code: 'two-histories',
    attack: {
      entries: (log) => {
        log.entries.splice(19);
        log.append('x', LATER);
      },
      heads: () => {},
    },
    twin: { entries: () => {} },
  },
  {
    does: 'shows a longer history that does not begin with the one before',
    code: 'two-histories',
    attack: {
      entries: (log) => {
        log.entries.splice(19);
        log.grow(10, LATER);
      },
    },
    twin: { entries: (log) => log.grow(10, LATER) },
  },
];

describe('a monitor of a log that', () => {
  async function settled(): Promise<Monitor> {
    log.grow(17, BEGINNING);
    for (let i = 0; i < 3; i++) log.append('batch-a', BEGINNING);
    publish();
    const monitor = await opened({ patience: 0 });
    expect(await monitor.round()).toMatchObject({ size: 20, heads: { outcome: 'cosigned' } });
    return monitor;
  }

  async function next(monitor: Monitor, { entries = more, heads = (of) => of.publishHeads() }: Next): Promise<Round> {
    entries(log);
    log.release(LATER + 10);
    heads(log);
    now = LATER + 20;
    return monitor.round({ whole: true });
  }

  it.each(attacks)('$does finds it: $code', async ({ code, attack, place }) => {
    const monitor = await settled();
    const { alarm } = await next(monitor, attack);
    expect(alarm).toMatchObject({ code, ...place });
    expect(JSON.parse(await readFile(join(folder, 'm', 'alarm.json'), 'utf8'))).toEqual(alarm);
    log.grow(1, LATER);
    publish(LATER + 30);
    expect(await monitor.round({ whole: true })).toMatchObject({ alarm });
    expect(new Set(log.cosignatures).size).toBe(1);
  });

  it.each(attacks)('does not, although it could: $does', async ({ twin }) => {
    const monitor = await settled();
    const before = log.heads;
    const round = await next(monitor, twin);
    expect(round.alarm).toBeUndefined();
    expect(round).toMatchObject({ size: log.size, released: log.size });
    expect(new Set(log.cosignatures).size).toBe(log.heads === before ? 1 : 2);
  });

  it('serves other entries than it released finds it, takes none of them in, and blames no stream', async () => {
    const monitor = await settled();
    more(log);
    publish(LATER + 10);
    const served = log.entries.at(-1)!;
    log.entries[22] = { ...served, bytes: Buffer.from(served.bytes.toString().replace('"seq":0', '"seq":5')) };
    const { alarm, size } = await monitor.round();
    expect(size).toBe(20);
    expect(alarm?.code).toMatch(/^(entries|tiles)-false$/);
  });
});

describe('a monitor that knows further addresses of a log', () => {
  it.each([
    ['as long', 0],
    ['longer', 4],
    ['shorter', -4],
  ])('finds another history there that is %s', async (_, difference) => {
    log.grow(30, BEGINNING);
    publish();
    const other = new FakeLog({ origin: log.origin, key: log.key, witnesses: [...log.witnesses] });
    other.grow(30 + difference, BEGINNING + 1);
    other.release(BEGINNING + 10);
    const mirror = await served(other);
    const monitor = await opened({ also: [mirror] });
    expect((await monitor.round()).alarm).toMatchObject({ code: 'two-histories' });
    const notes = [1, 2].map((n) => readFile(join(folder, 'm', `alarm-note-${n}.txt`), 'utf8'));
    expect((await Promise.all(notes)).sort()).toEqual([log.checkpoint, other.checkpoint].sort());
    expect(log.cosignatures).toEqual([]);
  });

  it.each([
    ['as long', 30],
    ['behind', 17],
    ['ahead', 43],
  ])('is content with a mirror of the same history that is %s', async (_, size) => {
    log.grow(30, BEGINNING);
    publish();
    const other = log.fork();
    other.grow(13, BEGINNING);
    other.release(BEGINNING + 10, { size });
    const monitor = await opened({ also: [await served(other)] });
    expect(await monitor.round()).toMatchObject({ size: 30, heads: { outcome: 'cosigned' }, warnings: [] });
  });

  it('says which of them does not answer, and goes on', async () => {
    log.grow(30, BEGINNING);
    publish();
    const { url, close } = await log.serve();
    await close();
    const monitor = await opened({ also: [url] });
    expect(await monitor.round()).toMatchObject({ heads: { outcome: 'cosigned' }, warnings: [expect.stringContaining(url)] });
  });
});

describe('watching a log', () => {
  it('goes on after faults and ends with the alarm', async () => {
    log.grow(5, BEGINNING);
    const monitor = await opened();
    const faults: string[] = [];
    const sizes: number[] = [];
    log.checkpoint = 'no note';
    const alarm = watchLog(monitor, {
      every: 5,
      signal: new AbortController().signal,
      onFault: ({ code }) => {
        faults.push(code);
        publish();
      },
      onRound: ({ size }) => {
        sizes.push(size);
        if (size === 5) log.publishHeads({ heads: [] });
      },
    });
    expect(await alarm).toMatchObject({ code: 'heads-differ' });
    expect(faults).toEqual(['unverifiable']);
    expect(sizes).toEqual([5, 5]);
  });

  it('ends without an alarm when it is stopped', async () => {
    const stopping = new AbortController();
    const monitor = await opened();
    expect(await watchLog(monitor, { every: 5, signal: stopping.signal, onRound: () => stopping.abort() })).toBeUndefined();
  });
});
