import type { Said } from '@cytoledger/read-models/specification';
import fc from 'fast-check';
import { uuid } from './specification/ids.ts';
import * as story from './specification/story.ts';

const { ids } = story;

export const DONORS = 4;
export const PATIENTS = 3;
const UNITS = 3;
const FIRST = Date.parse('2026-11-10T00:00:00Z');

const pseudonym = fc.nat(DONORS + PATIENTS - 1);

/** What happens in a story; numbers pick one of what there is by then. */
export const tale = fc.record({
  collectors: fc.array(fc.constantFrom('collector', 'hosp-a', 'hosp-b'), { minLength: DONORS, maxLength: DONORS }),
  donations: fc.array(fc.record({ donor: fc.nat(DONORS - 1), mother: fc.option(fc.nat(DONORS - 1)) }), {
    minLength: 1,
    maxLength: 5,
  }),
  batches: fc.array(fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
  treatments: fc.array(
    fc.record({ patient: fc.nat(PATIENTS - 1), site: fc.constantFrom('hosp-a', 'hosp-b'), unit: fc.nat(40) }),
    { maxLength: 5 },
  ),
  ineligible: fc.option(fc.nat(DONORS - 1)),
  links: fc.array(fc.record({ from: pseudonym, to: pseudonym, undo: fc.boolean(), at: fc.nat(1000) }), {
    minLength: 1,
    maxLength: 6,
  }),
});
export type Tale = typeof tale extends fc.Arbitrary<infer T> ? T : never;

export const nameOf = (n: number): string => (n < DONORS ? ids.donor(n) : ids.patient(n - DONORS));

type Recipient = { readonly patient: number; readonly batch: number };

export type Told = {
  readonly events: readonly Said[];
  /** Of each pseudonym all of the same person at the end, itself among them. */
  readonly namesOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** Pseudonyms of donors, and of birth mothers, that each batch rests on; by its id. */
  readonly givers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Pseudonyms of patients who were given something that came of each batch; by its id. */
  readonly takers: ReadonlyMap<string, ReadonlySet<string>>;
};

/** The story as it is entered, with links made and undone between the other events. */
export function told({ collectors, donations, batches, treatments, ineligible, links }: Tale): Told {
  const registered = [
    ...collectors.flatMap((hospital, donor) => story.donorEvents(donor, hospital)),
    ...Array.from({ length: PATIENTS }, (_, n) => patientEvent(n)),
  ];
  const later = donations.flatMap(({ donor, mother }, n) => donated(n, donor, mother, collectors[donor]!));
  const givers = new Map<string, Set<string>>();
  const parents = new Map<number, number[]>();
  const free: story.UnitOf[] = [];
  batches.forEach((picks, batch) => {
    const inputs = inputsOf(picks, donations.length, free);
    const from = inputs.flatMap((input) => ('batch' in input ? [input.batch] : []));
    parents.set(batch, from);
    const given = inputs.flatMap((input) => ('donation' in input ? [donations[input.donation]!] : []));
    givers.set(
      ids.batch(batch),
      new Set([
        ...given.flatMap(({ donor, mother }) => [donor, ...(mother === null ? [] : [mother])].map(ids.donor)),
        ...from.flatMap((each) => [...givers.get(ids.batch(each))!]),
      ]),
    );
    free.push(...Array.from({ length: UNITS }, (_, unit) => ({ batch, unit })));
    later.push(...story.issueEvents(batch, inputs), ...story.openingEvents(batch, inputs));
    later.push(...story.processEvents(batch, UNITS), ...story.releaseEvents(batch));
  });
  const recipients: Recipient[] = [];
  treatments.forEach(({ patient, site, unit: pick }, treatment) => {
    const [unit] = free.splice(pick % free.length, 1);
    if (!unit) return;
    const to = { treatment, patient, site };
    later.push(...story.plannedEvents(to), ...story.handingEvents(unit, to), ...story.followUpEvents(unit, to));
    recipients.push({ patient, batch: unit.batch });
  });
  if (ineligible !== null) later.push(...foundIneligible(ineligible, collectors[ineligible]!));
  const { entered, standing } = linked(links, later);
  return {
    events: [...registered, ...entered].map((each, n) => ({
      ...each,
      occurredAt: new Date(FIRST + n * 3_600_000).toISOString(),
    })),
    namesOf: namesThrough(standing),
    givers,
    takers: takersOf(recipients, parents),
  };
}

function patientEvent(patient: number): Said {
  const actor = { org: 'hosp-a', person: 'staff-0010', role: 'hospital.physician', client: null };
  return { stream: `person-${ids.patient(patient)}`, type: 'person.registered.v1', data: { role: 'patient' }, actor };
}

function donated(donation: number, donor: number, mother: number | null, hospital: string): Said[] {
  return story
    .donationEvents(donation, donor, hospital)
    .map((said) =>
      mother !== null && said.type === 'donation.registered.v1'
        ? { ...said, data: { ...said.data, birthMother: ids.donor(mother) } }
        : said,
    );
}

/** Donations may be used again and again, units once: those that are used are taken out of `free`. */
function inputsOf(picks: readonly number[], donations: number, free: story.UnitOf[]): story.Input[] {
  const inputs = new Map<string, story.Input>();
  for (const pick of picks) {
    const n = pick % (donations + free.length);
    const input = n < donations ? { donation: n } : free.splice(n - donations, 1)[0]!;
    inputs.set(JSON.stringify(input), input);
  }
  return [...inputs.values()];
}

function foundIneligible(donor: number, hospital: string): Said[] {
  const stream = `person-${ids.donor(donor)}`;
  const actor = { org: hospital, person: 'staff-0009', role: 'lab.qa', client: null };
  const tests = [{ marker: 'anti-hcv', result: 'reactive', sampledAt: '2027-06-01T09:00:00+08:00' }];
  const verdict = { status: 'ineligible', reasons: ['reactive-after-donation'], reviewer: 'staff-0002' };
  return [
    { stream, type: 'person.retested.v1', data: { tests }, actor },
    { stream, type: 'person.eligibility-determined.v1', data: verdict, actor },
  ];
}

type Linking = Tale['links'][number];
type Standing = { readonly link: string; readonly from: number; readonly to: number };

/** Each as the command leaves it: noted in the other record first. What is undone is undone from either end. */
function linked(links: readonly Linking[], later: readonly Said[]): { entered: Said[]; standing: Standing[] } {
  const standing: Standing[] = [];
  const entered: Said[] = [];
  const places = links.map(({ at }) => at % (later.length + 1)).sort((a, b) => a - b);
  let next = 0;
  for (let n = 0; n <= later.length; n++) {
    for (; places[next] === n; next++) entered.push(...decided(links[next]!, next, standing));
    if (later[n]) entered.push(later[n]!);
  }
  return { entered, standing };
}

function decided({ from, to, undo }: Linking, n: number, standing: Standing[]): Said[] {
  const actor = { org: 'collector', person: 'staff-0003', role: 'lab.qa', client: null };
  const person = (each: number, type: string, data: object): Said => ({
    stream: `person-${nameOf(each)}`,
    type: `person.${type}.v1`,
    data,
    actor,
  });
  const approvers = ['staff-0003', 'staff-0004'];
  if (undo && standing.length > 0) {
    const [{ link, ...ends }] = standing.splice(from % standing.length, 1) as [Standing];
    const [here, there] = to % 2 === 0 ? [ends.from, ends.to] : [ends.to, ends.from];
    return [
      person(there, 'link-noted', { link, with: nameOf(here), standing: false }),
      person(here, 'unlinked', { link, reason: 'typing-differs', approvers }),
    ];
  }
  if (from === to) return [];
  const link = uuid(0xf2, n);
  standing.push({ link, from, to });
  return [
    person(to, 'link-noted', { link, with: nameOf(from), standing: true }),
    person(from, 'linked', { link, with: nameOf(to), evidence: ['identity-document'], approvers }),
  ];
}

function namesThrough(standing: readonly Standing[]): Map<string, ReadonlySet<string>> {
  const person = Array.from({ length: DONORS + PATIENTS }, (_, n) => new Set([n]));
  for (const { from, to } of standing) {
    const both = new Set([...person[from]!, ...person[to]!]);
    for (const each of both) person[each] = both;
  }
  return new Map(person.map((names, n) => [nameOf(n), new Set([...names].map(nameOf))]));
}

function takersOf(recipients: readonly Recipient[], parents: ReadonlyMap<number, readonly number[]>): Map<string, Set<string>> {
  const takers = new Map<string, Set<string>>();
  for (const { patient, batch } of recipients) {
    const upstream = new Set([batch]);
    for (const each of upstream) {
      for (const parent of parents.get(each)!) upstream.add(parent);
      takers.set(ids.batch(each), (takers.get(ids.batch(each)) ?? new Set()).add(ids.patient(patient)));
    }
  }
  return takers;
}
