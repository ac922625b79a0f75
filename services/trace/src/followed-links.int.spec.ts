import type { Said } from '@cytoledger/read-models/specification';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DONORS, PATIENTS, type Told, tale, told } from './followed-links.fixture.ts';
import type { FollowLinks } from './query/person-links.ts';
import type { Viewer } from './query/viewer.ts';
import { ids, LAB } from './specification/story.ts';
import { OVERSIGHT, TraceBench } from './specification/trace-bench.ts';
import type { Answer, Asking } from './traces/answer.ts';
import { traceFailure } from './traces/failure.ts';
import { type LookBack, traceLookBack } from './traces/ineligible.ts';
import { traceMaterials } from './traces/materials.ts';
import { traceDonors, traceGiven } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { traceWork } from './traces/work.ts';

let bench: TraceBench;
let stories = 0;
beforeAll(async () => {
  bench = await TraceBench.open();
});
afterAll(() => bench.close());

const donors = Array.from({ length: DONORS }, (_, n) => ids.donor(n));
const patients = Array.from({ length: PATIENTS }, (_, n) => ids.patient(n));

type Question = (asking: Asking, name: string, links: FollowLinks) => Answer;
const OF_DONORS: Readonly<Record<string, Question>> = {
  units: (asking, donor, links) => traceUnits(asking, { donor, links }),
  recipients: (asking, donor, links) => traceRecipients(asking, { donor, links }),
  failure: (asking, donor, links) => traceFailure(asking, { donor, links }),
  lookBack: traceLookBack,
};
const OF_PATIENTS: Readonly<Record<string, Question>> = {
  given: traceGiven,
  donors: traceDonors,
  materials: traceMaterials,
  work: traceWork,
};
const QUESTIONS = [
  ...donors.flatMap((name) => Object.entries(OF_DONORS).map(([trace, ask]) => ({ name, trace, ask }))),
  ...patients.flatMap((name) => Object.entries(OF_PATIENTS).map(([trace, ask]) => ({ name, trace, ask }))),
];

/** Several stories in one log, whose ids and pseudonyms are those of the tale but for a number of their own. */
function inStory(text: string, number: number): string {
  return text
    .replaceAll(/\b(donor|patient)-00000(\d)\b/g, `$1-${String(number).padStart(5, '0')}$2`)
    .replaceAll(/\b(0192f5c4-\w{4}-7000)-8000-/g, `$1-8${number.toString(16).padStart(3, '0')}-`);
}
function outOfStory(text: string, number: number): string {
  return text
    .replaceAll(new RegExp(`\\b(donor|patient)-${String(number).padStart(5, '0')}(\\d)\\b`, 'g'), '$1-00000$2')
    .replaceAll(new RegExp(`(0192f5c4-\\w{4}-7000)-8${number.toString(16).padStart(3, '0')}-`, 'g'), '$1-8000-');
}

/** Each of the kind by the first pseudonym of its person that is of that kind. */
function asOne(text: string, { namesOf }: Told, kind: readonly string[]): string {
  const first = (name: string) => kind.find((each) => namesOf.get(name)!.has(each))!;
  return text.replaceAll(/\b(?:donor|patient)-00000\d\b/g, (name) => (kind.includes(name) ? first(name) : name));
}

const isLink = ({ type }: Said) => /^person\.(?:linked|unlinked|link-noted)\./.test(type);

type Story = { readonly number: number };

/** Enters the tale in this way. Who enters several at once saves waiting for the disk. */
async function enter(events: readonly Said[], change: (text: string) => string): Promise<Story> {
  const number = ++stories;
  await bench.say(...(JSON.parse(inStory(change(JSON.stringify(events)), number)) as Said[]));
  return { number };
}

type Answered = Answer & Pick<LookBack, 'finding'>;
/** Null where the viewer is told that there is nothing. */
type Answers = ReadonlyMap<string, Answered | null>;

/** Every question of the story, in the tale's own words. */
function answersIn({ number }: Story, links: FollowLinks, viewer: Viewer): Promise<Answers> {
  const as: Viewer = viewer.patient === undefined ? viewer : { ...viewer, patient: inStory(viewer.patient, number) };
  return bench.ask(
    (asking) =>
      new Map(
        QUESTIONS.map(({ name, trace, ask }) => [
          `${trace} ${name}`,
          plain(() => ask(asking, inStory(name, number), links), number),
        ]),
      ),
    as,
  );
}

function plain(asked: () => Answer, number: number): Answered | null {
  try {
    const { asOf, ...rest } = asked();
    const aliases = new Map<string, string>();
    const text = outOfStory(JSON.stringify({ asOf: asOf.occurredAt, ...rest }), number);
    // An alias is made of the pseudonym: another in each story, and the same wherever it stands in one answer.
    const named = text.replaceAll(/\balias-[\w-]{22}/g, (alias) => {
      if (!aliases.has(alias)) aliases.set(alias, `alias ${aliases.size}`);
      return aliases.get(alias)!;
    });
    return JSON.parse(named) as Answered;
  } catch (error) {
    expect(error).toMatchObject({ code: 'not-found' });
    return null;
  }
}

/**
 * As if the pseudonyms of this kind had been one, in no order: what is of the name that was asked for stands first in an answer. When an eligible
 * donor was found to be so is told of that name too.
 */
function withoutNames(answer: Answered | null, person: Told, kind: readonly string[]): unknown {
  if (answer === null) return null;
  const { personLinks, columns, finding, ...members } = answer;
  const rest = { ...members, rows: members.rows.map(withoutEligibility) };
  const found = finding && { ...finding, since: finding.eligibility === 'ineligible' ? finding.since : null };
  const named = JSON.parse(asOne(JSON.stringify({ ...rest, finding: found }), person, kind)) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(named).map(([member, value]) => [member, Array.isArray(value) ? sorted(value) : value]),
  );
}

/** A donor's own links are followed for what is said of the donor, whoever was asked about. */
function withoutEligibility({ eligibilityThen, eligibilityNow, ...row }: Readonly<Record<string, unknown>>) {
  return row;
}
const eligibilityIn = ({ eligibilityNow }: Answer['rows'][number]) => eligibilityNow;
const worstOf =
  (ineligible: number | null, { namesOf }: Told) =>
  ({ donor }: Answer['rows'][number]) =>
    ineligible !== null && namesOf.get(String(donor))!.has(ids.donor(ineligible)) ? 'ineligible' : 'eligible';

/** The batch that a row is about; those of sites in a failure are sums over several. */
const batchOf = (row: Answer['rows'][number]) => String(row['batch']);
const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

const viewers = fc.constantFrom<Viewer>(
  OVERSIGHT,
  { kind: 'laboratory', org: LAB },
  { kind: 'hospital', org: 'hosp-a' },
  { kind: 'hospital', org: 'collector' },
  { kind: 'patient', org: 'hosp-a', patient: ids.patient(0) },
);

describe('links between pseudonyms, followed or not, in whatever story', () => {
  it('change the lines that rest on another pseudonym of the person, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(tale, viewers, async (said, viewer) => {
        const story = told(said);
        const unlinked = story.events.filter((event) => !isLink(event));
        const [asTold, never, oneDonor, onePatient] = await Promise.all([
          enter(story.events, (text) => text),
          enter(unlinked, (text) => text),
          enter(unlinked, (text) => asOne(text, story, donors)),
          enter(unlinked, (text) => asOne(text, story, patients)),
        ]);
        await bench.say({ stream: `person-end-${stories}`, type: 'person.registered.v1', data: { role: 'donor' } });
        const ask = (of: Story, links: FollowLinks, as = OVERSIGHT) => answersIn(of, links, as);

        const followed = await ask(asTold, 'follow');
        const [donorsMerged, patientsMerged] = [await ask(oneDonor, 'follow'), await ask(onePatient, 'follow')];
        for (const { name, trace } of QUESTIONS) {
          const kind = donors.includes(name) ? donors : patients;
          const merged = kind === donors ? donorsMerged : patientsMerged;
          const found = followed.get(`${trace} ${name}`)!;
          const whole = merged.get(`${trace} ${asOne(name, story, kind)}`)!;
          expect(withoutNames(found, story, kind)).toEqual(withoutNames(whole, story, kind));
          if (trace === 'donors')
            expect(found?.rows.map(eligibilityIn)).toEqual(found?.rows.map(worstOf(said.ineligible, story)));
        }

        const ownFollowed = viewer === OVERSIGHT ? followed : await ask(asTold, 'follow', viewer);
        const ignored = await ask(asTold, 'ignore', viewer);
        expect(ignored).toEqual(await ask(never, 'follow', viewer));
        for (const { name, trace } of QUESTIONS) {
          const [own, all] = [ignored.get(`${trace} ${name}`)!, ownFollowed.get(`${trace} ${name}`)!];
          // That there is nothing of one name is told of all, but to those who may know all.
          if (viewer !== OVERSIGHT) expect(all === null).toBe(own === null);
          if (all === null) continue;
          const names = story.namesOf.get(name)!;
          expect(linkedNames(all, name, trace, viewer)).toEqual(viewer === OVERSIGHT ? [...names].sort() : expect.anything());
          const rests = (row: Answer['rows'][number]) => {
            const on = (donors.includes(name) ? story.givers : story.takers).get(batchOf(row)) ?? new Set();
            return [...names].some((other) => other !== name && on.has(other));
          };
          if (trace === 'failure') continue;
          const others = (rows: Answer['rows'] = []) => sorted(rows.filter((row) => !rests(row)).map(withoutEligibility));
          expect(others(all.rows)).toEqual(others(own?.rows));
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 180_000);
});

/** Whoever the links of an answer lead to, from the name that was asked for. */
function linkedNames({ personLinks }: Answer, name: string, trace: string, viewer: Viewer): string[] {
  if (viewer !== OVERSIGHT) return [];
  const reached = new Set([name]);
  for (const { from, to } of personLinks) {
    // After those of the patient come those of the donors.
    if (trace === 'donors' && (!reached.has(from) || reached.has(to))) continue;
    expect(reached).toContain(from);
    expect(reached).not.toContain(to);
    reached.add(to);
  }
  return [...reached].sort();
}
