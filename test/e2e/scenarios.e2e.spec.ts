import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Demo, loadDemo, type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Row = Record<string, string>;
type Points = Record<string, Record<string, string>>;
type Json = Record<string, never> & { rows: Json[]; units: Json[]; balance: Record<string, number> };

const SCENARIOS = new URL('../scenarios/', import.meta.url);

let folder: string;
let platform: Platform;
let demo: Demo;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-scenarios-'));
  platform = await started(folder);
  demo = await load(platform, folder);
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

function started(dataDir: string): Promise<Platform> {
  return startPlatform(readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
}

function load(
  { url, issuer }: Platform,
  dataDir: string,
  more: { signal?: AbortSignal; onProgress?: () => void } = {},
): Promise<Demo> {
  return loadDemo({ url, issuer: issuer!, dataDir, scenarios: true, ...more });
}

/** A table that was written by hand, from the story. */
async function expected(scenario: string, table: string): Promise<Row[]> {
  const text = await readFile(new URL(`${scenario}/expected/${table}.csv`, SCENARIOS), 'utf8');
  return parse(text, { columns: true, comment: '#' }) as Row[];
}

function pointsOf(scenario: string): Points {
  return demo.scenarios.find(({ name }) => name === scenario)!.points as unknown as Points;
}

async function ask(role: string, path: string): Promise<Json> {
  const position = await platform.store.headPosition();
  const at = `${path}${path.includes('?') ? '&' : '?'}minPosition=${position}`;
  const response = await fetch(platform.url + (path.includes('/gate') ? path : at), {
    headers: { authorization: `Bearer ${demo.tokens[role]}` },
  });
  expect(response.status, `${path}: ${await response.clone().text()}`).toBe(200);
  return (await response.json()) as Json;
}

/** Names of the story for the ids of the answer. */
function called(scenario: string, kind: string): (id: string) => string {
  const names = new Map(Object.entries(pointsOf(scenario)[kind]!).map(([name, id]) => [id, name]));
  return (id) => names.get(id) ?? `unknown ${kind} ${id}`;
}

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));
const sorted = (rows: Row[]) => rows.map((row) => JSON.stringify(row)).sort();
/** The end of the unit's own number: a unit that was sampled whole carries the sample's too. */
const bagOf = (row: Json) =>
  (row['unitIdentifiers']! as unknown as string[]).flatMap((value) => /-(\d\d)$/.exec(value)?.[1] ?? [])[0] ?? '?';

async function containers(scenario: string): Promise<Row[]> {
  const rows = Object.entries(pointsOf(scenario)['batches']!).map(async ([batch, id]) => {
    const { balance } = await ask('oversight', `/v1/batches/${id}`);
    const { made, infused, sampled, consumed, discarded, inTransit, onHand, unaccounted } = balance;
    expect(unaccounted).toBe(0);
    return { batch, made, infused, sampled, consumed, discarded, inTransit, onHand };
  });
  return (await Promise.all(rows)).map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, text(value)])),
  );
}

async function exposed(scenario: string, query: string): Promise<Row[]> {
  const { rows } = await ask('oversight', `/v1/traces/recipients?${query}`);
  const nameOf = called(scenario, 'batches');
  return rows.map((row) => ({
    patient: text(row['patient']),
    hospital: text(row['hospital']),
    batch: nameOf(text(row['batch'])),
    bag: bagOf(row),
  }));
}

/** Deviations of every batch, treatment and shipment that the scenario names. */
async function findings(scenario: string): Promise<Row[]> {
  const { batches, treatments, shipments = {} } = pointsOf(scenario);
  const records = [
    ...Object.entries(batches!).map(([name, id]) => [`batch ${name}`, `batch-${id}`] as const),
    ...Object.entries(treatments!).map(([name, id]) => [`treatment ${name}`, `treatment-${id}`] as const),
    ...Object.entries(shipments).map(([name, id]) => [`shipment ${name}`, `shipment-${id}`] as const),
  ];
  const found = records.map(async ([record, stream]) => {
    const { state } = (await ask('oversight', `/v1/streams/${stream}/state`)) as unknown as { state: { deviations: object } };
    return Object.values(state.deviations as Record<string, { rule: string; class: string; closed: object | null }>).map(
      (deviation) => ({
        record,
        rule: deviation.rule,
        class: deviation.class,
        state: deviation.closed ? 'closed' : 'open',
      }),
    );
  });
  return (await Promise.all(found)).flat();
}

/** What the lights of the table are for the nurse who holds the bags. */
async function lights(scenario: string): Promise<void> {
  const { batches, treatments } = pointsOf(scenario);
  for (const { batch, bag, treatment, light, reasons } of await expected(scenario, 'gates')) {
    const { units } = await ask('oversight', `/v1/batches/${batches![batch!]}`);
    const unit = units.find((row) => bagOf(row) === bag)!['unit'];
    const gate = await ask(
      'hospital.nurse',
      `/v1/batches/${batches![batch!]}/units/${unit}/gate?treatment=${treatments![treatment!]}`,
    );
    const rules = [...new Set((gate['reasons'] as unknown as { rule: string }[]).map(({ rule }) => rule))].sort();
    expect([gate['light'], rules.join(' ')], `${batch}-${bag} for ${treatment}`).toEqual([light, reasons]);
  }
}

describe('the scenarios', () => {
  it('come to what they say, step by step: what is refused, what is found, what is recorded', () => {
    expect(demo.surprises).toEqual([]);
    expect(demo.scenarios.map(({ name }) => name)).toEqual([
      '1-knee-osteoarthritis',
      '2-liver-failure',
      '3-beta-thalassaemia',
      '4-ineligible-donor',
      '5-car-t-and-legacy-bank',
      '6-ten-minutes',
    ]);
  });

  it('have every container accounted for, as their stories count them', async () => {
    for (const { name } of demo.scenarios)
      expect(sorted(await containers(name)), name).toEqual(sorted(await expected(name, 'containers')));
  });

  it('leave a token for every role and the identifiers of what they tell, readable by their owner only', async () => {
    const tokens = JSON.parse(await readFile(join(folder, 'demo', 'tokens.json'), 'utf8')) as Row;
    const points = JSON.parse(await readFile(join(folder, 'demo', 'scenarios.json'), 'utf8')) as Record<string, Points>;
    expect(Object.keys(tokens)).toEqual(
      expect.arrayContaining([
        'lab.operator',
        'lab.qp',
        'qc.analyst',
        'courier',
        'oversight',
        'auditor',
        'patient',
        'hospital.nurse@hospital-b',
      ]),
    );
    expect(points['4-ineligible-donor']!['batches']).toHaveProperty('P12');
    const files = ['tokens.json', 'keys/secret.txt', 'keys/root@lab-a.json', 'keys/staff-lab-a-04.json'];
    for (const file of files) expect((await stat(join(folder, 'demo', file))).mode & 0o077, file).toBe(0);
  });
});

describe('scenario 1: a serum lot inside a prepared medium is recalled', () => {
  const scenario = '1-knee-osteoarthritis';
  const lot = 'lot=NB-FBS-2411&supplier=Nanbei%20Biological';

  it('tells how many bags of the lot each site got, used, destroyed and still holds', async () => {
    const { rows } = await ask('oversight', `/v1/traces/failures?${lot}`);
    const table = await expected(scenario, 'lot-by-site');
    const columns = Object.keys(table[0]!);
    expect(sorted(rows.map((row) => Object.fromEntries(columns.map((column) => [column, text(row[column])]))))).toEqual(
      sorted(table),
    );
  });

  it('tells how the lot stands, and every medium that was prepared of it', async () => {
    const { lots } = (await ask('oversight', `/v1/traces/failures?${lot}`)) as unknown as { lots: Json[] };
    const table = await expected(scenario, 'lots');
    const columns = Object.keys(table[0]!);
    expect(sorted(lots.map((row) => Object.fromEntries(columns.map((column) => [column, text(row[column])]))))).toEqual(
      sorted(table),
    );
  });

  it('finds forty recipients of the lot, and forty of the donor', async () => {
    const table = await expected(scenario, 'recipients');
    const count = (rows: Row[]) => {
      const groups = new Map<string, number>();
      for (const { batch, hospital } of rows) groups.set(`${batch} ${hospital}`, (groups.get(`${batch} ${hospital}`) ?? 0) + 1);
      return Object.fromEntries(groups);
    };
    const wanted = Object.fromEntries(
      table.map(({ batch, hospital, recipients }) => [`${batch} ${hospital}`, Number(recipients)]),
    );
    expect(count(await exposed(scenario, lot))).toEqual(wanted);
    expect(count(await exposed(scenario, 'donor=donor-cord-2511'))).toEqual(wanted);
  });

  it('keeps dose and reaction of an infusion that was stopped, of one from paper, and of the one after a wrong bag', async () => {
    const nameOf = called(scenario, 'batches');
    const given = (await expected(scenario, 'doses')).map(async ({ patient }) => {
      const { rows } = await ask('oversight', `/v1/patients/${patient}/given`);
      return rows.map((row) => ({
        patient: patient!,
        batch: nameOf(text(row['batch'])),
        bag: bagOf(row),
        dose: text(row['dose']),
        reaction: text(row['reaction']),
      }));
    });
    expect(sorted((await Promise.all(given)).flat())).toEqual(sorted(await expected(scenario, 'doses')));
  });

  it('leads from a patient back to the serum of every batch on the way', async () => {
    const nameOf = called(scenario, 'batches');
    const { rows } = await ask('oversight', '/v1/patients/koa-a-01/materials');
    const serum = rows
      .filter((row) => row['material'] === 'fetal bovine serum')
      .map((row) => ({ batch: nameOf(text(row['batch'])), lot: text(row['lot']), depth: text(row['depth']) }));
    expect(sorted(serum)).toEqual(sorted(await expected(scenario, 'serum-of-a-patient')));
  });

  it('shows both versions of a figure that was mistyped', async () => {
    const history = JSON.stringify(
      await ask('lab.qa', `/v1/streams/batch-${pointsOf(scenario)['batches']!['A']}/history?limit=100`),
    );
    expect(history).toContain('"viability":"69.1"');
    expect(history).toContain('"viability":"96.1"');
  });
});

describe('scenario 2: sterility turns positive after a conditional release', () => {
  const scenario = '2-liver-failure';

  it('finds everybody who got the pooled batch, from either donor', async () => {
    const table = sorted(await expected(scenario, 'exposed'));
    for (const query of ['donor=donor-marrow-1', 'donor=donor-marrow-2', `batch=${pointsOf(scenario)['batches']!['pool']}`]) {
      expect(sorted(await exposed(scenario, query)), query).toEqual(table);
    }
  });

  it('leaves critical findings of the batch and of each treatment, and the investigation closed', async () => {
    expect(sorted(await findings(scenario))).toEqual(sorted(await expected(scenario, 'findings')));
  });
});

describe('scenario 3: one patient, one chain of identity, two days of apheresis', () => {
  const scenario = '3-beta-thalassaemia';
  const patient = 'thal-a-01';
  const lot = 'lot=LV-2511-03&supplier=Xijiang%20Vector%20Works';

  it('leads from both donations through one batch into the patient they came from', async () => {
    const [batchOf, donationOf, treatmentOf] = ['batches', 'donations', 'treatments'].map((kind) => called(scenario, kind));
    const given = await ask('oversight', `/v1/patients/${patient}/given`);
    const { rows } = await ask('oversight', `/v1/patients/${patient}/donors`);
    const chain = rows.map(async ({ unit, batch, donation }) => {
      const { coi } = (await ask('oversight', `/v1/batches/${batch}`)) as unknown as { coi: string };
      const row = given.rows.find((each) => each['unit'] === unit)!;
      return {
        coi,
        donation: donationOf!(text(donation)),
        batch: batchOf!(text(batch)),
        bag: bagOf(row),
        treatment: treatmentOf!(text(row['treatment'])),
      };
    });
    expect(sorted(await Promise.all(chain))).toEqual(sorted(await expected(scenario, 'chain')));
  });

  it('finds the whole chain by its number, scanned or typed, and for each only what is theirs', async () => {
    const points = pointsOf(scenario);
    const names = new Map<string, string>(
      ['donations', 'batches', 'treatments'].flatMap((kind) =>
        Object.entries(points[kind]!).map(([name, id]) => [id, `${kind} ${name}`] as const),
      ),
    );
    for (const [name, id] of Object.entries(points['batches']!)) {
      const { units } = await ask('oversight', `/v1/batches/${id}`);
      for (const row of units) names.set(text(row['unit']), `unit ${name} ${bagOf(row)}`);
    }
    const found = async (role: string, code: string) => {
      const { candidates } = (await ask(role, `/v1/search?q=${encodeURIComponent(code)}`)) as unknown as { candidates: Json[] };
      return candidates.map(({ id, unit }) => names.get(text(unit ?? id)) ?? text(id)).sort();
    };
    const table = await expected(scenario, 'by-chain');
    for (const role of ['oversight', 'lab.qa', 'hospital.physician@hospital-a', 'hospital.physician@hospital-b']) {
      const wanted = table.filter((row) => row['seenBy']!.split(' ').includes(role)).map(({ record }) => record!);
      for (const code of ['CHA999926000071', '&/CHA999926000071', 'cha9999 26 000071 8']) {
        expect(await found(role, code), `${role}, ${code}`).toEqual(wanted.sort());
      }
    }
  });

  it('finds what came of each day, and who holds what is left', async () => {
    const [batchOf, donationOf] = ['batches', 'donations'].map((kind) => called(scenario, kind));
    const { rows } = await ask('oversight', `/v1/traces/units?donor=${patient}`);
    const units = rows.map((row) => ({
      batch: batchOf!(text(row['batch'])),
      bag: bagOf(row),
      donations: (row['donations'] as unknown as string[]).map(donationOf!).sort().join(' '),
      fate: text(row['fate']),
      holder: row['fate'] ? '' : text(row['holder']),
    }));
    expect(sorted(units)).toEqual(sorted(await expected(scenario, 'units')));
  });

  it('keeps dose and remainder of an infusion that was interrupted and of one that was stopped', async () => {
    const nameOf = called(scenario, 'batches');
    const { rows } = await ask('oversight', `/v1/patients/${patient}/given`);
    const doses = rows.map((row) => ({
      patient,
      batch: nameOf(text(row['batch'])),
      bag: bagOf(row),
      ...Object.fromEntries(['dose', 'percentGiven', 'remainder', 'reaction'].map((column) => [column, text(row[column])])),
    }));
    expect(sorted(doses as Row[])).toEqual(sorted(await expected(scenario, 'doses')));
  });

  it('leads from the patient to the vector and from the vector to the patient, by its lot and as a lot', async () => {
    const { rows } = await ask('oversight', `/v1/patients/${patient}/materials`);
    const materials = rows.map((row) => ({
      material: text(row['material']),
      lot: text(row['lot']),
      step: text(row['step']),
      depth: text(row['depth']),
      status: text(row['lotStatus']),
    }));
    expect(sorted(materials)).toEqual(sorted(await expected(scenario, 'materials')));
    const table = sorted(await expected(scenario, 'exposed'));
    for (const query of ['vector=LV-2511-03', 'vector=LV-BG01', lot]) {
      expect(sorted(await exposed(scenario, query)), query).toEqual(table);
    }
  });

  it('finds what a lot of the collection is in', async () => {
    const reached = (await expected(scenario, 'collection-lots')).map(async (row) => {
      const [units, recipients] = await Promise.all(
        ['units', 'recipients'].map(async (trace) => (await ask('oversight', `/v1/traces/${trace}?lot=${row['lot']}`)).rows),
      );
      return { lot: row['lot']!, units: text(units!.length), recipients: text(recipients!.length) };
    });
    expect(await Promise.all(reached)).toEqual(await expected(scenario, 'collection-lots'));
  });

  it('has refused what the story says, for the reasons that it gives, and kept nothing of it', async () => {
    const { steps } = demo.scenarios.find(({ name }) => name === scenario)!;
    const refused = steps.filter(({ expect: { outcome } }) => outcome === 'refused');
    expect(refused.map(({ name, expect: { rules } }) => ({ step: name, rules: rules.join(' ') }))).toEqual(
      await expected(scenario, 'refused'),
    );
    for (const step of refused) {
      if (step.kind !== 'record') throw new TypeError(`${step.name} is no single entry`);
      const history = JSON.stringify(await ask('oversight', `/v1/streams/${step.stream}/history?limit=500`));
      expect(history).not.toContain(step.id);
    }
  });

  it('leaves the excursion closed and the visit outside its window', async () => {
    expect(sorted(await findings(scenario))).toEqual(sorted(await expected(scenario, 'findings')));
  });

  it('answers red for the bag of the patient next door', () => lights(scenario));

  it('tells the days of the transplant', async () => {
    const { transplant } = (await ask(
      'oversight',
      `/v1/treatments/${pointsOf(scenario)['treatments']![patient]}`,
    )) as unknown as {
      transplant: Record<string, unknown>;
    };
    const table = await expected(scenario, 'transplant');
    expect(table.map(({ what }) => ({ what, when: text(transplant[what!]) }))).toEqual(table);
  });

  it('knows what is due', async () => {
    const { batches, treatments, equipment } = pointsOf(scenario);
    const names = new Map<string, string>(
      Object.entries({ batch: batches!, treatment: treatments!, equipment: equipment! }).flatMap(([kind, things]) =>
        Object.entries(things).map(([name, id]) => [`${kind}-${id}`, `${kind} ${name}`] as const),
      ),
    );
    const { due } = (await ask('oversight', '/v1/due?now=2026-10-30T04:00:00Z')) as unknown as { due: Json[] };
    const own = due
      .filter(({ stream }) => names.has(text(stream)))
      .map(({ kind, stream, dueBy, overdue }) => ({
        kind: text(kind),
        record: names.get(text(stream))!,
        dueBy: text(dueBy),
        overdue: overdue ? 'yes' : 'no',
      }));
    expect(sorted(own)).toEqual(sorted(await expected(scenario, 'due')));
  });
});

describe('scenario 4: a donor is found ineligible after the release', () => {
  const scenario = '4-ineligible-donor';

  it('finds the exposed recipients through pools of pools, and nobody else', async () => {
    expect(sorted(await exposed(scenario, 'donor=donor-adipose-2'))).toEqual(sorted(await expected(scenario, 'exposed')));
  });

  it('quarantines every descendant, also the batch that was opened afterwards, and leaves the others alone', async () => {
    const { batches } = pointsOf(scenario);
    const rows = Object.entries(batches!).map(async ([batch, id]) => {
      const { state } = (await ask('oversight', `/v1/streams/batch-${id}/state`)) as unknown as {
        state: { quarantines: object[]; recalls: object[] };
      };
      const said = (list: object[]) => (list.length > 0 ? 'yes' : 'no');
      return { batch, quarantined: said(state.quarantines), recalled: said(state.recalls) };
    });
    expect(sorted(await Promise.all(rows))).toEqual(sorted(await expected(scenario, 'batches')));
  });

  it('raises a critical finding of each exposed treatment', async () => {
    expect(sorted(await findings(scenario))).toEqual(sorted(await expected(scenario, 'findings')));
  });

  it('answers red for the bag of the ineligible donor and green for the other, to the nurse who holds them', () =>
    lights(scenario));
});

describe('loading', () => {
  it('is done once: a second start sends nothing again', async () => {
    const before = await platform.store.headPosition();
    const again = await load(platform, folder);
    expect(again.surprises).toEqual([]);
    expect(await platform.store.headPosition()).toBe(before);
  });

  it('goes on after a start that was cut off before it could note its last request, and ends with the same events', async () => {
    const other = await mkdtemp(join(tmpdir(), 'cytoledger-cut-off-'));
    try {
      const noted = join(other, 'demo', 'progress.json');
      for (const requests of [3, 9, 40]) {
        const cut = new AbortController();
        let sent = 0;
        let before: Buffer | undefined;
        const first = await started(other);
        const onProgress = () => {
          sent++;
          if (sent === requests - 1) before = readFileSync(noted);
          if (sent === requests) cut.abort();
        };
        await expect(load(first, other, { signal: cut.signal, onProgress })).rejects.toThrow();
        await first.close();
        await writeFile(noted, before!);
      }
      const last = await started(other);
      const { surprises } = await load(last, other);
      expect(surprises).toEqual([]);
      expect(await last.store.headPosition()).toBe(await platform.store.headPosition());
      await last.close();
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  }, 120_000);
});
