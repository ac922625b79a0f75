import { z } from 'zod';
import { donation } from '../donation/state.ts';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { minutesBetween } from '../time/index.ts';
import { LIST_LIMIT, Pseudonym, Uuid } from '../vocabulary/index.ts';
import { lookBackRules } from './look-back-rules.ts';
import { isAgainst, MANDATORY_MARKERS } from './markers.ts';
import { Test, testFaults } from './screened.ts';
import { person } from './state.ts';

/** 2006/17/EC Annex II 2.5(c): a living donor whose cells are stored is sampled again after 180 days. */
export const WINDOW_DAYS = 180;
const DAY_MINUTES = 24 * 60;

const Retested = z.strictObject({
  tests: z.array(Test).min(1).max(LIST_LIMIT),
  donations: z.array(Uuid).max(100).optional().describe('Whose at-risk window it closes; all earlier ones where left out'),
  sampler: Pseudonym.optional().describe('Staff pseudonym'),
});
type Retested = z.output<typeof Retested>;

/**
 * A donor is tested again, after an infection at the donation would have become visible. What is found counts like the tests of the screening: a
 * negative result closes the window, a reactive one has eligibility determined anew.
 */
export const retested = fact(person, 'retested', {
  title: { en: 'Donor retested', zh: '供者复检' },
  corrects: ['tests', 'occurredAt'],
  schema: Retested,

  decide: (data, state, context) => {
    const { tests } = data;
    const tested = new Set(tests.map(({ marker }) => marker));
    return record(
      testFaults(tests, context.now),
      tests.map(
        (test, n) =>
          isAgainst(test) &&
          broken(lookBackRules.retestReactive, `/tests/${n}/result`, {
            marker: test.marker,
            result: test.result,
            sampledAt: test.sampledAt,
          }),
      ),
      donationFaults(data, state.id, context),
      MANDATORY_MARKERS.map((marker) => !tested.has(marker) && broken(lookBackRules.retestMissing, '/tests', { marker })),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    const tests = data.tests.map(({ marker, result, sampledAt }) => ({ marker, result, sampledAt }));
    state.screenings.push({ event: id, occurredAt, risk: 'not-done', tests });
    state.retests.push({ event: id, occurredAt, donations: data.donations ?? [] });
  },
});

/** Every sample has to be late enough after every donation that it is to clear. */
function donationFaults({ tests, donations = [] }: Retested, own: string, context: Context): Check {
  const given = context.states(donation, donations);
  const [sampledAt] = tests.map((test) => test.sampledAt).sort((a, b) => minutesBetween(b, a));
  return donations.map((id, n) => {
    const found = given.get(id);
    if (!found?.registered) return undefined;
    const isOwn = found.donor === own || found.birthMother === own;
    const collectedAt = found.collected?.occurredAt ?? null;
    if (!isOwn) return broken(lookBackRules.retestOfOther, `/donations/${n}`, { donation: id });
    if (collectedAt === null || sampledAt === undefined) return undefined;
    const days = Math.floor(minutesBetween(collectedAt, sampledAt) / DAY_MINUTES);
    return (
      days < WINDOW_DAYS &&
      broken(lookBackRules.retestEarly, `/donations/${n}`, { sampledAt, days, donation: id, needed: WINDOW_DAYS })
    );
  });
}
