import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceLookBack } from './traces/ineligible.ts';
import { traceRecipients } from './traces/recipients.ts';
import { dueList } from './views/due.ts';
import { viewTreatment } from './views/treatment.ts';

const { ids } = story;
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };
const COLLECTOR: Viewer = { kind: 'hospital', org: 'collector' };
const DEVIATION = (n: number) => `0192f5c4-0000-7000-8000-0000000d${String(n).padStart(4, '0')}`;
const NOW = '2027-06-01T00:00:00Z';

const treatment = (n: number, type: string, data: object, occurredAt?: string) => ({
  stream: `treatment-${ids.treatment(n)}`,
  type: `treatment.${type}.v1`,
  data,
  ...(occurredAt && { occurredAt }),
  actor: { org: n === 1 ? 'hosp-b' : 'hosp-a', person: 'staff-0010', role: 'hospital.physician', client: null },
});
const person = (name: string, type: string, data: object, org = 'collector') => ({
  stream: `person-${name}`,
  type: `person.${type}.v1`,
  data,
  actor: { org, person: 'staff-0003', role: 'lab.qa', client: null },
});
const exposed = (n: number) =>
  treatment(n, 'deviation-raised', {
    deviation: DEVIATION(n),
    rule: 'policy.recipient-of-ineligible-donor',
    class: 'critical',
    event: null,
  });
const told = (n: number, over: object = {}) =>
  treatment(n, 'recipient-notified', {
    patient: ids.patient(n),
    deviation: DEVIATION(n),
    by: 'staff-0010',
    told: 'patient',
    advice: ['testing'],
    testsOffered: ['anti-hcv', 'hcv-rna'],
    testsDeclined: false,
    acknowledged: true,
    ...over,
  });

/** One donor, one batch of five bags, four patients: 0, 2 and 3 in hospital A, 1 in hospital B. */
const said = [
  ...story.donorEvents(0, 'collector'),
  ...story.donationEvents(0, 0, 'collector'),
  ...story.issueEvents(0, [{ donation: 0 }]),
  ...story.openingEvents(0, [{ donation: 0 }]),
  ...story.processEvents(0, 5),
  ...story.releaseEvents(0),
  ...[0, 1, 2, 3].flatMap((n) => {
    const to = { treatment: n, patient: n, site: n === 1 ? 'hosp-b' : 'hosp-a' };
    return [
      ...story.plannedEvents(to),
      ...story.handingEvents({ batch: 0, unit: n }, to),
      ...story.followUpEvents({ batch: 0, unit: n }, to),
      exposed(n),
    ];
  }),
];

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...said,
    told(0),
    told(1, { acknowledged: false, testsOffered: [] }),
    told(2, { told: 'nobody', acknowledged: false }),
    treatment(2, 'lost-to-follow-up', { patient: ids.patient(2) }),
    person(ids.patient(3), 'registered', { role: 'patient' }, 'hosp-a'),
    person(ids.patient(3), 'died', { source: 'hospital' }, 'hosp-a'),
  );
});
afterAll(() => bench.close());

const dueOf = (kind: string, viewer?: Viewer, now = NOW) =>
  bench.ask((asking) => dueList(asking, now).filter((each) => each.kind === kind), viewer);

describe('trace 2: recipients', () => {
  it('tells who lives, who was told, what was offered, and who confirmed it', async () => {
    const { rows } = await bench.ask((asking) => traceRecipients(asking, { donor: ids.donor(0) }));
    const byPatient = new Map(rows.map((row) => [row.patient, row]));
    expect(byPatient.get(ids.patient(0))).toMatchObject({
      alive: 'alive',
      acknowledged: true,
      testsOffered: ['anti-hcv', 'hcv-rna'],
      testsDeclined: false,
    });
    expect(byPatient.get(ids.patient(0))?.notifiedAt).toMatch(/^20/);
    expect(byPatient.get(ids.patient(1))).toMatchObject({ alive: 'alive', acknowledged: false, testsOffered: [] });
    expect(byPatient.get(ids.patient(2))).toMatchObject({ alive: 'lost', notifiedAt: null, acknowledged: null });
    expect(byPatient.get(ids.patient(3))).toMatchObject({ alive: 'died', notifiedAt: null });
    expect(byPatient.get(ids.patient(3))?.diedAt).toMatch(/^20/);
  });
});

describe('trace 5: look-back', () => {
  it('tells what the recipients of each unit were told, to those who may know the recipients', async () => {
    const rowsFor = async (viewer?: Viewer) => {
      const { rows } = await bench.ask((asking) => traceLookBack(asking, ids.donor(0)), viewer);
      return new Map(
        rows.map(({ unit, notifiedAt, acknowledged, testsOffered }) => [unit, { notifiedAt, acknowledged, testsOffered }]),
      );
    };
    const first = ids.unit({ batch: 0, unit: 0 });
    expect((await rowsFor()).get(first)).toMatchObject({ acknowledged: true, testsOffered: ['anti-hcv', 'hcv-rna'] });
    const untold = { notifiedAt: null, acknowledged: null, testsOffered: [] };
    expect((await rowsFor()).get(ids.unit({ batch: 0, unit: 2 }))).toEqual(untold);
    expect((await rowsFor(LABORATORY)).get(first)).toEqual(untold);
  });

  it('takes a clean retest as the last negative sample: what was collected before it is out of the window', async () => {
    const own = await TraceBench.open();
    try {
      const test = (result: string, sampledAt: string) => ({ tests: [{ marker: 'anti-hcv', result, sampledAt }] });
      await own.say(
        ...said.slice(
          0,
          said.findIndex(({ type }) => type === 'treatment.planned.v1'),
        ),
        person(ids.donor(0), 'retested', test('non-reactive', '2027-06-01T09:00:00+08:00')),
        person(ids.donor(0), 'retested', test('reactive', '2028-06-01T09:00:00+08:00')),
      );
      const { finding, donations } = await own.ask((asking) => traceLookBack(asking, ids.donor(0)));
      expect(finding).toMatchObject({ reactive: ['anti-hcv'], lastNegativeSample: '2027-06-01T09:00:00+08:00' });
      expect(donations.map(({ atRisk }) => atRisk)).toEqual([false]);
    } finally {
      await own.close();
    }
  });
});

describe('the due list', () => {
  it('has a notice for every exposed recipient who lives and was not reached, at their own hospital', async () => {
    expect((await dueOf('recipient-notice')).map(({ subject }) => subject)).toEqual([DEVIATION(2)]);
    expect((await dueOf('recipient-notice', HOSPITAL_A)).map(({ subject }) => subject)).toEqual([DEVIATION(2)]);
    expect(await dueOf('recipient-notice', LABORATORY)).toEqual([]);
  });

  it('asks for a retest from a month before the window closes, once, at the site of the donor', async () => {
    const at = (days: number) => new Date(Date.parse('2026-11-21T00:00:00Z') + days * 86_400_000).toISOString();
    const own = await TraceBench.open();
    try {
      await own.say(
        ...story.donorEvents(0, 'collector'),
        ...story.donationEvents(0, 0, 'collector').map((each) => ({ ...each, occurredAt: at(0) })),
      );
      const due = (now: string, viewer: Viewer = COLLECTOR) =>
        own.ask((asking) => dueList(asking, now).filter(({ kind }) => kind === 'retest'), viewer);
      expect(await due(at(149))).toEqual([]);
      expect(await due(at(151))).toMatchObject([
        { stream: `person-${ids.donor(0)}`, subject: ids.donation(0), dueBy: at(180), overdue: false },
      ]);
      expect(await due(at(181))).toMatchObject([{ overdue: true }]);
      expect(await due(at(181), HOSPITAL_A)).toEqual([]);
      const tests = [{ marker: 'anti-hcv', result: 'non-reactive', sampledAt: at(180) }];
      await own.say(person(ids.donor(0), 'retested', { tests, donations: [ids.donation(0)] }));
      expect(await due(at(181))).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it('asks for no retest of who was tested for nucleic acid, died, or gave what was discarded', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(
        ...[0, 1, 2].flatMap((n) => [...story.donorEvents(n, 'collector'), ...story.donationEvents(n, n, 'collector')]),
      );
      const due = () => own.ask((asking) => dueList(asking, '2030-01-01T00:00:00Z').filter(({ kind }) => kind === 'retest'));
      expect(await due()).toHaveLength(3);
      const nat = ['hiv-rna', 'hbv-dna', 'hcv-rna'].map((marker) => ({
        marker,
        result: 'non-reactive',
        sampledAt: '2026-11-01T09:00:00+08:00',
      }));
      await own.say(person(ids.donor(0), 'screened', { risk: 'none-identified', tests: nat }), person(ids.donor(1), 'died', {}), {
        stream: `donation-${ids.donation(2)}`,
        type: 'donation.discarded.v1',
        data: { reason: 'expired', witness: 'staff-0002' },
        actor: { org: story.LAB, person: 'staff-0001', role: 'lab.operator', client: null },
      });
      expect(await due()).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it('has what came out about a donor until eligibility is determined anew', async () => {
    const information = '0192f5c4-0000-7000-8000-0000000000f1';
    await bench.say(person(ids.donor(0), 'post-donation-information-received', { information, kind: 'travel', source: 'donor' }));
    expect(await dueOf('information-assessment', COLLECTOR)).toMatchObject([{ subject: information, detail: 'travel' }]);
    expect(await dueOf('information-assessment', HOSPITAL_A)).toEqual([]);
    await bench.say(person(ids.donor(0), 'eligibility-determined', { status: 'eligible', reviewer: 'staff-0002' }));
    expect(await dueOf('information-assessment')).toEqual([]);
  });

  it('has batches held after a withdrawal until they are decided about, and until they are destroyed', async () => {
    const withdrawal = '0192f5c4-0000-7000-8000-0000000000f0';
    const hold = '0192f5c4-0000-7000-8000-0000000000aa';
    const onBatch = (type: string, data: object, id?: string) => ({
      stream: `batch-${ids.batch(0)}`,
      type: `batch.${type}.v1`,
      data,
      ...(id && { id }),
      actor: { org: 'operator', person: null, role: 'platform.policy', client: 'consent-withdrawn' },
    });
    await bench.say(onBatch('held', { scope: 'whole-batch', reason: 'consent-withdrawn', cause: withdrawal }, hold));
    expect(await dueOf('withdrawal-decision', LABORATORY)).toMatchObject([
      { stream: `batch-${ids.batch(0)}`, detail: 'to be decided' },
    ]);
    const batches = [{ batch: ids.batch(0), decision: 'destroy' }];
    await bench.say(person(ids.donor(0), 'withdrawal-decided', { withdrawal, batches, decider: 'staff-0003' }));
    expect(await dueOf('withdrawal-decision', LABORATORY)).toMatchObject([{ detail: 'to be destroyed' }]);
    await bench.say(onBatch('hold-lifted', { restriction: hold, reason: 'decided-after-withdrawal' }));
    expect(await dueOf('withdrawal-decision')).toEqual([]);
  });
});

describe('a treatment', () => {
  it('shows the way through a transplant, notices and pregnancies', async () => {
    const patient = ids.patient(0);
    const unit = { batch: ids.batch(0), unit: ids.unit({ batch: 0, unit: 0 }) };
    await bench.say(
      treatment(0, 'coi-issued', { patient, coi: 'COI-B-7' }),
      treatment(0, 'mobilised', { patient, agents: [{ agent: 'g-csf' }], days: 5 }),
      treatment(0, 'conditioning-authorised', { patient, physician: 'staff-0010', units: [unit], rescue: { required: false } }),
      treatment(0, 'conditioning-started', { patient, physician: 'staff-0042' }),
      treatment(0, 'conditioning-started', { patient, physician: 'staff-0043' }),
      treatment(0, 'engrafted', { patient, outcome: 'engrafted', neutrophils: { on: '2026-12-09' } }),
      treatment(0, 'rescue-given', { patient, reason: 'graft-failure', physician: 'staff-0010' }),
      treatment(0, 'pregnancy-reported', { pregnancy: DEVIATION(99), patient, of: 'partner' }),
    );
    const view = await bench.ask((asking) => viewTreatment(asking, ids.treatment(0)), HOSPITAL_A);
    expect(view.transplant).toMatchObject({
      conditioningPhysician: 'staff-0042',
      engraftment: 'engrafted',
      neutrophilsOn: '2026-12-09',
    });
    expect(Object.values(view.transplant ?? {}).filter((value) => value === null)).toHaveLength(1);
    expect(view.notices).toMatchObject([{ deviation: DEVIATION(0), acknowledged: true, testsOffered: ['anti-hcv', 'hcv-rna'] }]);
    expect(view.pregnancies).toMatchObject([{ id: DEVIATION(99), of: 'partner' }]);
  });
});
