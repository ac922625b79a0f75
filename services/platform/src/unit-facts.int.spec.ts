import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batches } from '@cytoledger/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { type Platform, startPlatform } from './platform.ts';

const { examples, hospitalExamples } = batches;
const { IDS } = hospitalExamples;
const BATCH = `batches/${IDS.batch}`;
const BAG = examples.unitId(1);
const SPARE = examples.unitId(2);
const mL = (value: string) => ({ value, unit: 'mL', what: 'volume' });

/** What is told of bags at the bedside and on their way back, over HTTP. That rules are broken on the way keeps nothing from being recorded. */
let folder: string;
let platform: Platform;
let sent = 0;

type Answer = { readonly status: number; readonly body: Record<string, never> };

async function call(as: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const [role, org] = as.split('@') as [never, string];
  const token = await platform.issuer!.token({ org, roles: [role], person: 'staff-0077' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${platform.url}/v1/${path}`, { ...init, headers });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

const submission = (data: object, occurredAt = '2026-11-21T15:00:00+08:00') => ({
  id: `01a1ff00-0000-7000-8000-${(++sent).toString(16).padStart(12, '0')}`,
  occurredAt,
  capture: { mode: 'outbox', precision: 'min', reasonLate: 'network-outage' },
  data,
});
const send = (as: string, path: string, body: object) => call(as, path, { method: 'POST', body: JSON.stringify(body) });

async function say(as: string, path: string, data: object, occurredAt?: string): Promise<Answer> {
  const answer = await send(as, path, submission(data, occurredAt));
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer;
}

const LAB = 'lab.operator@lab-a';
const WARD = 'hospital.nurse@hospital-b';
const DOCTOR = 'hospital.physician@hospital-b';

async function ask(as: string, path: string) {
  const { status, body } = await call(as, `${path}?minPosition=${await platform.store.headPosition()}`);
  expect(status).toBe(200);
  return body as Record<string, unknown>;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unit-facts-'));
  platform = await startPlatform(readConfig({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
  await say('lab.operator@lab-a', `donations/${examples.DONATION}`, { donor: 'donor-0001', kind: 'allogeneic' });
  await say(LAB, BATCH, examples.opened({ study: undefined }));
  const bag = (n: number) => examples.unitMade(n, { volume: mL('50'), cells: examples.cells('100') });
  await say(LAB, `${BATCH}/splits`, { units: [1, 2].map(bag), operator: 'staff-0001' });
  await say(LAB, `${BATCH}/label-issues`, examples.labelIssued(4, { labels: [1, 2, 101, 102].map(examples.labelId) }));
  await say(LAB, `${BATCH}/labels`, examples.unitLabelled(2));
  await say(DOCTOR, `treatments/${IDS.treatment}`, {
    patient: IDS.patient,
    product: examples.PRODUCT,
    physician: 'staff-0077',
    infusions: 1,
  });
  const received = [BAG, SPARE].map((unit) => ({ unit, condition: 'accepted' }));
  await say(WARD, `${BATCH}/unit-receipts`, { to: 'hospital-b', units: received });
});
afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

describe('labels', () => {
  it('are replaced before a witness, wherever the bag is, and add up in the end', async () => {
    await say(WARD, `${BATCH}/relabellings`, examples.unitRelabelled({}, examples.relabelling(2)));
    const found = async (code: string) => {
      const { body } = await call(
        WARD,
        `search?q=${encodeURIComponent(code)}&minPosition=${await platform.store.headPosition()}`,
      );
      return JSON.stringify(body);
    };
    expect(await found('=G1234176543212')).toContain('old-label');
    const balance = { issued: 4, applied: 3, spoiled: 1, returned: 0, unaccounted: 0 };
    const { body } = await say(LAB, `${BATCH}/label-reconciliations`, examples.labelsReconciled(balance));
    expect(body['violations'] ?? []).toEqual([]);
  });
});

describe('an infusion that is stopped at 40 %', () => {
  it('is told step by step, its end together with the treatment’s record', async () => {
    const unit = `${BATCH}/units/${BAG}`;
    const treatment = { treatment: IDS.treatment };
    await say(WARD, `${unit}/infusion-starts`, { ...treatment, patient: IDS.patient }, '2026-11-21T15:00:00+08:00');
    await say(
      WARD,
      `${unit}/infusion-interruptions`,
      { ...treatment, reason: 'adverse-reaction', fraction: '40' },
      '2026-11-21T15:10:00+08:00',
    );
    const dose = { value: '40', unit: '10*6.{cells}', what: 'viable' };
    const answer = await send(WARD, `${unit}/infusion-ends`, {
      end: submission(
        { ...treatment, reason: 'adverse-reaction', fraction: '40', remainder: { fate: 'discarded' } },
        '2026-11-21T15:20:00+08:00',
      ),
      record: submission({ batch: IDS.batch, unit: BAG, patient: IDS.patient, dose }, '2026-11-21T15:20:00+08:00'),
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    const { rows } = (await ask(DOCTOR, `patients/${IDS.patient}/given`)) as { rows: readonly object[] };
    expect(rows).toMatchObject([
      {
        unit: BAG,
        infusedAt: '2026-11-21T15:00:00+08:00',
        infusedUntil: '2026-11-21T15:20:00+08:00',
        dose: '40 10*6.{cells} viable',
        partial: true,
        percentGiven: '40',
        remainder: '30 mL volume, discarded',
      },
    ]);
    const view = await ask(DOCTOR, `units/${BAG}`);
    expect(view).toMatchObject({ fate: 'infused' });
  });

  it('with another dose than that of its share opens a deviation in the treatment', async () => {
    const dose = { value: '100', unit: '10*6.{cells}', what: 'viable' };
    const answer = await send(WARD, `${BATCH}/units/${BAG}/infusion-ends`, {
      end: submission({ treatment: IDS.treatment, reason: 'other', fraction: '40' }, '2026-11-21T15:25:00+08:00'),
      record: submission({ batch: IDS.batch, unit: BAG, patient: IDS.patient, dose }, '2026-11-21T15:25:00+08:00'),
    });
    expect(JSON.stringify(answer.body)).toContain('infusion.dose-disagrees-with-fraction');
  });
});

describe('a bag that comes back', () => {
  it('is told by who took it back and for nobody else, and is quarantined', async () => {
    const data = examples.unitReturned({ units: [{ unit: SPARE, condition: 'accepted' }] });
    const stranger = await send('lab.operator@lab-x', `${BATCH}/unit-returns`, submission(data));
    expect(stranger.status).toBe(403);
    await say(LAB, `${BATCH}/unit-returns`, data, '2026-11-22T09:00:00+08:00');
    const view = (await ask(LAB, `units/${SPARE}`)) as { holder: string; restrictions: readonly string[] };
    expect(view.holder).toBe('lab-a');
    expect(view.restrictions).toEqual([expect.stringMatching(/^quarantine\w*: returned/)]);
  });

  it('and is found leaking is quarantined for that too, until it is discarded or assessed', async () => {
    await say(LAB, `${BATCH}/damages`, examples.unitDamaged({ units: [SPARE] }), '2026-11-22T10:00:00+08:00');
    const view = (await ask(LAB, `units/${SPARE}`)) as { damage: string; restrictions: readonly string[] };
    expect(view.damage).toBe('leaking (before-thaw)');
    expect(view.restrictions).toHaveLength(2);
  });

  it('can be drawn up into syringes by who has it, each a unit of its own', async () => {
    const refused = await send(
      'hospital.nurse@hospital-x',
      `${BATCH}/units/${SPARE}/reconstitutions`,
      submission({ diluents: [] }),
    );
    expect(refused.status).toBe(404);
    const { unit: _, ...drawing } = examples.unitReconstituted(2, 2);
    await say(LAB, `${BATCH}/units/${SPARE}/reconstitutions`, drawing, '2026-11-22T11:00:00+08:00');
    const syringe = await ask(LAB, `units/${examples.partId(2, 1)}`);
    expect(syringe).toMatchObject({ partOf: SPARE, ordinal: 1, container: 'syringe', holder: 'lab-a' });
    expect((syringe as { restrictions: readonly string[] }).restrictions).toHaveLength(2);
  });
});
