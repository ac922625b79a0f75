import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOfPerson } from './query/person-links.ts';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceLookBack } from './traces/ineligible.ts';
import { traceDonors, traceGiven, traceOrigins } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';

const { ids } = story;
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };
const HOSPITAL_B: Viewer = { kind: 'hospital', org: 'hosp-b' };
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };
const COLLECTOR: Viewer = { kind: 'hospital', org: 'collector' };
const LINK = '0192f5c4-0000-7000-8000-0000000000f2';
const SECOND = '0192f5c4-0000-7000-8000-0000000000f3';
const APPROVERS = ['staff-0003', 'staff-0004'];

const person = (donor: number, type: string, data: object) => ({
  stream: `person-${ids.donor(donor)}`,
  type: `person.${type}.v1`,
  data,
  actor: { org: 'collector', person: 'staff-0003', role: 'lab.qa', client: null },
});
/** As the command leaves it: noted in the other record first. */
const link = (id: string, from: number, to: number) => [
  person(to, 'link-noted', { link: id, with: ids.donor(from), standing: true }),
  person(from, 'linked', { link: id, with: ids.donor(to), evidence: ['identity-document'], approvers: APPROVERS }),
];
const unlink = (id: string, from: number, to: number) => [
  person(to, 'link-noted', { link: id, with: ids.donor(from), standing: false }),
  person(from, 'unlinked', { link: id, reason: 'typing-differs', approvers: APPROVERS }),
];

/** Donors 0, 1 and 2 gave one donation each; each became a batch, and a bag of each went to a patient. 0 and 1 have the same patient's hospital. */
const said = [0, 1, 2].flatMap((n) => {
  const to = { treatment: n, patient: n, site: n === 2 ? 'hosp-b' : 'hosp-a' };
  return [
    ...story.donorEvents(n, 'collector'),
    ...story.donationEvents(n, n, 'collector'),
    ...story.issueEvents(n, [{ donation: n }]),
    ...story.openingEvents(n, [{ donation: n }]),
    ...story.processEvents(n, 2),
    ...story.releaseEvents(n),
    ...story.plannedEvents(to),
    ...story.handingEvents({ batch: n, unit: 0 }, to),
    ...story.followUpEvents({ batch: n, unit: 0 }, to),
  ];
});

describe('links between pseudonyms', () => {
  let bench: TraceBench;
  let before: string;
  beforeAll(async () => {
    bench = await TraceBench.open();
    before = String(await bench.say(...said));
    await bench.say(...link(LINK, 0, 1));
  });
  afterAll(() => bench.close());

  const batchesOf = (donor: number, viewer?: Viewer, links?: 'follow' | 'ignore', asOf?: string) =>
    bench.ask(
      (asking) => [...new Set(traceUnits(asking, { donor: ids.donor(donor), links }).rows.map(({ batch }) => batch))].sort(),
      viewer,
      asOf,
    );

  it('are followed from either end, and an answer says which', async () => {
    const both = [ids.batch(0), ids.batch(1)].sort();
    expect(await batchesOf(0)).toEqual(both);
    expect(await batchesOf(1)).toEqual(both);
    expect(await batchesOf(2)).toEqual([ids.batch(2)]);
    const { personLinks } = await bench.ask((asking) => traceRecipients(asking, { donor: ids.donor(0) }));
    expect(personLinks).toEqual([{ link: LINK, from: ids.donor(0), to: ids.donor(1) }]);
  });

  it('are not followed where that is asked for, nor as of a time before them', async () => {
    expect(await batchesOf(0, undefined, 'ignore')).toEqual([ids.batch(0)]);
    expect(await batchesOf(0, undefined, 'follow', before)).toEqual([ids.batch(0)]);
    const { personLinks } = await bench.ask((asking) => traceUnits(asking, { donor: ids.donor(0), links: 'ignore' }));
    expect(personLinks).toEqual([]);
  });

  it('change no line but those of the other pseudonym', async () => {
    const rows = (links: 'follow' | 'ignore') => bench.ask((asking) => traceUnits(asking, { donor: ids.donor(0), links }).rows);
    const own = await rows('ignore');
    const all = await rows('follow');
    expect(all.filter(({ batch }) => batch === ids.batch(0)).map(({ path, ...row }) => row)).toEqual(
      own.map(({ path, ...row }) => row),
    );
    expect(all).toHaveLength(own.length + 2);
  });

  it('reach recipients and look-back: the finding of one name is that of the other', async () => {
    await bench.say(
      person(1, 'retested', {
        tests: [{ marker: 'anti-hcv', result: 'reactive', sampledAt: '2027-06-01T09:00:00+08:00' }],
        donations: [ids.donation(1)],
      }),
      person(1, 'eligibility-determined', { status: 'ineligible', reasons: ['reactive-after-donation'], reviewer: 'staff-0002' }),
    );
    const lookBack = (links: 'follow' | 'ignore') => bench.ask((asking) => traceLookBack(asking, ids.donor(0), links));
    const followed = await lookBack('follow');
    expect(followed.finding).toMatchObject({ eligibility: 'ineligible', reactive: ['anti-hcv'] });
    expect(followed.donations.map(({ donation }) => donation).sort()).toEqual([ids.donation(0), ids.donation(1)].sort());
    const own = await lookBack('ignore');
    expect(own.finding).toMatchObject({ eligibility: 'eligible', reactive: [] });
    expect(own.donations).toHaveLength(1);
    const recipients = await bench.ask((asking) => traceRecipients(asking, { donor: ids.donor(0) }).rows);
    expect(recipients.map(({ patient }) => patient).sort()).toEqual([ids.patient(0), ids.patient(1)]);
  });

  it('give no organisation more than it may see: a laboratory its batches, others nothing', async () => {
    expect(await batchesOf(0, LABORATORY)).toEqual([ids.batch(0), ids.batch(1)].sort());
    await expect(batchesOf(0, HOSPITAL_B)).rejects.toMatchObject({ code: 'not-found' });
    const { personLinks } = await bench.ask((asking) => traceUnits(asking, { donor: ids.donor(0) }), COLLECTOR);
    expect(personLinks).toEqual([{ link: LINK, from: ids.donor(0), to: ids.donor(1) }]);
  });
});

describe('the alias of a donor', () => {
  let bench: TraceBench;
  beforeAll(async () => {
    bench = await TraceBench.open();
    await bench.say(...said);
  });
  afterAll(() => bench.close());

  const aliases = (patient: number, viewer: Viewer) =>
    bench.ask((asking) => traceDonors(asking, ids.patient(patient)).rows.map(({ donor }) => donor), viewer);

  it('stays what it was when pseudonyms are linked, and tells the hospital of no link', async () => {
    const before = [await aliases(0, HOSPITAL_A), await aliases(1, HOSPITAL_A)];
    await bench.say(...link(LINK, 0, 1));
    expect([await aliases(0, HOSPITAL_A), await aliases(1, HOSPITAL_A)]).toEqual(before);
    expect(before[0]).not.toEqual(before[1]);
    const { personLinks, links } = await bench.ask((asking) => traceDonors(asking, ids.patient(0)), HOSPITAL_A);
    expect({ personLinks, links }).toEqual({ personLinks: [], links: [] });
  });

  it('differs from that of any other hospital, linked or not', async () => {
    await bench.say(...link(SECOND, 1, 2));
    const [a] = await aliases(1, HOSPITAL_A);
    const [b] = await aliases(2, HOSPITAL_B);
    expect(a).toMatch(/^alias-/);
    expect(b).toMatch(/^alias-/);
    expect(a).not.toBe(b);
  });
});

describe('a link that is undone', () => {
  let bench: TraceBench;
  let linked: string;
  beforeAll(async () => {
    bench = await TraceBench.open();
    await bench.say(...said, ...link(LINK, 0, 1));
    linked = String(await bench.say(...link(SECOND, 1, 2)));
    await bench.say(...unlink(SECOND, 1, 2));
  });
  afterAll(() => bench.close());

  const names = (donor: number, asOf?: string) =>
    bench.ask(
      ({ snapshot }) =>
        namesOfPerson(snapshot, snapshot.number(`person-${ids.donor(donor)}`)!)
          .names.map((each) => snapshot.name(each))
          .sort(),
      undefined,
      asOf,
    );
  const person_ = (donor: number) => `person-${ids.donor(donor)}`;

  it('is followed no more, and still as of when it stood: three names were one person', async () => {
    expect(await names(0, linked)).toEqual([0, 1, 2].map(person_));
    expect(await names(2, linked)).toEqual([0, 1, 2].map(person_));
    expect(await names(0)).toEqual([0, 1].map(person_));
    expect(await names(2)).toEqual([person_(2)]);
  });

  it('stays undone when the model is built again from the log', async () => {
    await bench.rebuild();
    expect(await names(0)).toEqual([0, 1].map(person_));
    expect(await names(0, linked)).toEqual([0, 1, 2].map(person_));
  });

  it('that is made again stands', async () => {
    await bench.say(...link('0192f5c4-0000-7000-8000-0000000000f4', 2, 0));
    expect(await names(1)).toEqual([0, 1, 2].map(person_));
  });
});

describe('a patient with two pseudonyms', () => {
  let bench: TraceBench;
  const A = ids.patient(0);
  beforeAll(async () => {
    bench = await TraceBench.open();
    const patient = (n: number) => ({
      stream: `person-${ids.patient(n)}`,
      type: 'person.registered.v1',
      data: { role: 'patient' },
      actor: { org: 'hosp-a', person: 'staff-0010', role: 'hospital.physician', client: null },
    });
    await bench.say(...said, patient(0), patient(2), {
      ...patient(2),
      type: 'person.link-noted.v1',
      data: { link: LINK, with: A, standing: true },
    });
    await bench.say({
      ...patient(0),
      type: 'person.linked.v1',
      data: { link: LINK, with: ids.patient(2), evidence: ['hospital-record'], approvers: APPROVERS },
    });
  });
  afterAll(() => bench.close());

  const given = (patient: string, viewer?: Viewer, links?: 'follow' | 'ignore') =>
    bench.ask(
      (asking) =>
        traceGiven(asking, patient, links)
          .rows.map(({ batch }) => batch)
          .sort(),
      viewer,
    );

  it('was given what either was given', async () => {
    expect(await given(A)).toEqual([ids.batch(0), ids.batch(2)].sort());
    expect(await given(A, undefined, 'ignore')).toEqual([ids.batch(0)]);
  });

  it('is found by oversight under a name of which nothing is known but the link, and by nobody else', async () => {
    const later = 'patient-000009';
    const from = (person: string, type: string, data: object) => ({
      stream: `person-${person}`,
      type,
      data,
      actor: { org: 'hosp-a' },
    });
    await bench.say(
      from(later, 'person.registered.v1', { role: 'patient' }),
      from(A, 'person.link-noted.v1', { link: SECOND, with: later, standing: true }),
      from(later, 'person.linked.v1', { link: SECOND, with: A, evidence: ['hospital-record'], approvers: APPROVERS }),
    );
    expect(await given(later)).toEqual([ids.batch(0), ids.batch(2)].sort());
    await expect(given(later, undefined, 'ignore')).rejects.toMatchObject({ code: 'not-found' });
    await expect(given(later, HOSPITAL_A)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is seen by each hospital in its own treatments only', async () => {
    expect(await given(A, HOSPITAL_A)).toEqual([ids.batch(0)]);
    await expect(given(A, HOSPITAL_B)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('sees as a patient what their own token names', async () => {
    expect(await given(A, { kind: 'patient', org: 'hosp-a', patient: A })).toEqual([ids.batch(0)]);
  });
});

describe('the eligibility of a donor with two pseudonyms', () => {
  let bench: TraceBench;
  let linked: string;
  const verdict = (donor: number, status: string) => person(donor, 'eligibility-determined', { status, reviewer: 'staff-0002' });
  beforeAll(async () => {
    bench = await TraceBench.open();
    await bench.say(...said, verdict(1, 'ineligible'));
    linked = String(await bench.say(...link(LINK, 0, 1)));
    await bench.say(...unlink(LINK, 0, 1), ...link(SECOND, 2, 1), verdict(0, 'incomplete'));
  });
  afterAll(() => bench.close());

  const told = async (patient: number, ...[asOf, links, viewer]: [string?, ('follow' | 'ignore')?, Viewer?]) =>
    (await bench.ask((asking) => traceDonors(asking, ids.patient(patient), links), viewer, asOf)).rows.map(
      ({ eligibilityThen, eligibilityNow }) => [eligibilityThen, eligibilityNow],
    );

  it('is the worst of them where links are followed, and as of then what it was then', async () => {
    expect(await told(0, linked)).toEqual([['eligible', 'ineligible']]);
    expect(await told(0, linked, 'follow', HOSPITAL_A)).toEqual([['eligible', 'ineligible']]);
    expect(await told(2)).toEqual([['eligible', 'ineligible']]);
    const origins = await bench.ask((asking) => traceOrigins(asking, { batch: ids.batch(2) }));
    expect(origins.rows.map(({ eligibilityNow }) => eligibilityNow)).toEqual(['ineligible', 'ineligible']);
  });

  it('is their own where none is followed, or the link is undone', async () => {
    expect(await told(0, linked, 'ignore')).toEqual([['eligible', 'eligible']]);
    expect(await told(0)).toEqual([['eligible', 'incomplete']]);
  });

  it('is no better for a pseudonym under which nobody determined anything', async () => {
    await bench.say(...link('0192f5c4-0000-7000-8000-0000000000f4', 0, 8));
    expect(await told(0)).toEqual([['eligible', 'incomplete']]);
  });

  it('says by which links, to those who know both names', async () => {
    const asked = (viewer?: Viewer) => bench.ask((asking) => traceDonors(asking, ids.patient(2)), viewer);
    expect((await asked()).personLinks).toEqual([{ link: SECOND, from: ids.donor(2), to: ids.donor(1) }]);
    expect((await asked(HOSPITAL_B)).personLinks).toEqual([]);
  });
});
