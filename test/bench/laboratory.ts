import { v7 as uuidv7 } from 'uuid';

/** Who owns every batch of the benchmarks. */
export const LABORATORY = { org: 'lab-a', roles: ['lab.operator', 'lab.qa'], person: 'staff-0001' } as const;

/** As it is posted to the route of the fact, and, with `stream` and `type`, as a line of bulk capture. */
export type Entry = { readonly stream: string; readonly type: string; readonly path: string; readonly data: object };

/** Bags that a batch of the benchmarks is divided into, where it is. */
const UNITS = 10;
const MOST_UNITS_IN_LIST = 400;
/** Opened from one donation: it holds an entry of each. */
const BATCHES_OF_DONATION = 20;

export type BenchBatch = { readonly id: string; readonly units: readonly string[] };

/** Batches in culture, without units yet. */
export function newBatches(count: number, units = 0): BenchBatch[] {
  return Array.from({ length: count }, () => ({ id: uuidv7(), units: Array.from({ length: units }, () => uuidv7()) }));
}

export function newBatchesOfBags(count: number, units = UNITS): BenchBatch[] {
  return newBatches(count, units);
}

/** What has to stand before batches can be opened, and their openings; in order. */
export function openings(batches: readonly BenchBatch[]): Entry[] {
  const product = uuidv7();
  const donor = `donor-${uuidv7().slice(-12)}`;
  const donations = Array.from({ length: Math.ceil(batches.length / BATCHES_OF_DONATION) }, () => uuidv7());
  return [
    entry('product', product, 'specified.v1', 'specifications', SPECIFICATION),
    entry('person', donor, 'registered.v1', '', { role: 'donor' }),
    ...donations.map((id) => entry('donation', id, 'registered.v1', '', { donor, kind: 'allogeneic' })),
    ...batches.flatMap((batch, n) => [
      entry('batch', batch.id, 'opened.v1', '', {
        product: { id: product, specification: 1 },
        inputs: [{ donation: donations[Math.floor(n / BATCHES_OF_DONATION)]! }],
        autologous: false,
      }),
      entry('batch', batch.id, 'isolated.v1', 'isolations', { passage: 0, room: 'GMP-3', grade: 'B', verifier: 'staff-0002' }),
      ...divided(batch),
    ]),
  ];
}

function divided({ id, units }: BenchBatch): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < units.length; at += MOST_UNITS_IN_LIST) {
    const some = units.slice(at, at + MOST_UNITS_IN_LIST);
    const made = some.map((unit, n) => ({ id: unit, kind: 'cryobag', ordinal: at + n + 1, containerLot: 'C1' }));
    entries.push(entry('batch', id, 'split.v1', 'splits', { units: made, verifier: 'staff-0002' }));
  }
  for (let at = 0; at < units.length; at += MOST_UNITS_IN_LIST / 4) {
    const labels = units.slice(at, at + MOST_UNITS_IN_LIST / 4).map((unit) => ({
      unit,
      label: uuidv7(),
      contentDigest: 'A'.repeat(43),
      encodedData: '=G1234176543210',
      scanBack: 'match',
    }));
    entries.push(entry('batch', id, 'unit-labelled.v1', 'labels', { labels, template: { id: 'LBL-07', version: '3' } }));
  }
  return entries;
}

/** The n-th everyday entry about a batch: lots used and passages in culture, places in store. */
export function everyday({ id, units }: BenchBatch, n: number): Entry {
  if (units.length > 0) return stored(id, n);
  return n % 4 === 3 ? passaged(id) : materialUsed(id, n);
}

export function materialUsed(batch: string, n: number): Entry {
  return entry('batch', batch, 'material-used.v1', 'materials', {
    name: 'FBS',
    supplier: 'Gibco',
    lot: `S2611-${n % 50}`,
    expiry: '2099-03-31',
    quantity: { value: '500', unit: 'mL', what: 'volume' },
    role: 'contact',
    origin: 'animal',
    step: 'passaged',
    verifier: 'staff-0002',
  });
}

function passaged(batch: string): Entry {
  return entry('batch', batch, 'passaged.v1', 'passages', {
    passage: 1,
    confluence: '85',
    room: 'GMP-3',
    grade: 'B',
    vessels: [{ kind: 'CF-10', count: 2, lot: 'V1' }],
    verifier: 'staff-0002',
  });
}

function stored(batch: string, n: number): Entry {
  return entry('batch', batch, 'unit-stored.v2', 'storages', {
    scope: 'whole-batch',
    tank: `LN2-${n % 8}`,
    rack: 'R2',
    box: `B${n % 100}`,
    phase: 'vapour',
    verifier: 'staff-0002',
  });
}

/** One bag into a box and slot of its own. */
export function unitStored(batch: string, unit: string, n: number): Entry {
  return entry('batch', batch, 'unit-stored.v2', 'storages', {
    scope: { units: [unit] },
    tank: `LN2-${n % 8}`,
    rack: 'R2',
    box: `B${n}`,
    slot: 'A1',
    phase: 'vapour',
    verifier: 'staff-0002',
  });
}

/** With an id of its own, made now; ids stay in the order in which entries are sent. */
export function bodyOf({ data }: Entry): string {
  return JSON.stringify({ ...stated(), data });
}

/** A line of bulk capture, with its end. */
export function lineOf({ stream, type, data }: Entry): string {
  return `${JSON.stringify({ stream, type, ...stated(), data })}\n`;
}

function stated() {
  const now = Date.now();
  return { id: uuidv7(), occurredAt: chinaTime(now), capture: { mode: 'direct', precision: 's' } };
}

const EIGHT_HOURS_MS = 8 * 3_600_000;
let lastMinute = { ms: 0, text: '' };

/** To the second, in the time of the laboratory. */
function chinaTime(now: number): string {
  const ms = Math.floor(now / 1000);
  if (lastMinute.ms !== ms) lastMinute = { ms, text: `${new Date(now + EIGHT_HOURS_MS).toISOString().slice(0, 19)}+08:00` };
  return lastMinute.text;
}

function entry(aggregate: string, id: string, fact: string, route: string, data: object): Entry {
  const plural = aggregate === 'batch' ? 'batches' : `${aggregate}s`;
  const path = `/v1/${plural}/${id}${route && `/${route}`}`;
  return { stream: `${aggregate}-${id}`, type: `${aggregate}.${fact}`, path, data };
}

const SPECIFICATION = {
  version: 1,
  name: { zh: '人脐带间充质干细胞注射液', en: 'Human umbilical-cord MSC injection' },
  autologous: false,
  lines: [
    {
      line: '1',
      test: 'viability',
      method: 'AO/PI v2',
      stage: 'release',
      limit: { op: '≥', value: '90', unit: '%' },
      mandatory: true,
    },
  ],
};
