import { z } from 'zod';
import { broken, type Check, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { isAfter, Moment } from '../time/index.ts';
import { InfectiousMarker, LIST_LIMIT, MarkerResult, OrganisationId, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { ScreeningRisk } from './codes.ts';
import { personRules } from './person-rules.ts';
import { person } from './state.ts';

/** One infectious test. */
export const Test = withPersonal({
  marker: InfectiousMarker,
  assay: SiteCode.optional().describe('Name and version of the test kit or method'),
  kitLot: SiteCode.optional(),
  sampledAt: Moment.describe('When the sample was taken, not when it was tested'),
  result: MarkerResult,
  laboratory: OrganisationId.optional().describe('Where it was tested; the reporting organisation when left out'),
  sample: SiteCode.optional().describe('Sample number as printed on the report'),
  value: personal(z.string().min(1).max(100), 'stream').describe('Measured value as reported, with its unit, e.g. S/CO 0.21'),
});

export const screened = fact(person, 'screened', {
  title: { en: 'Donor screened and tested', zh: '供者筛查与检测' },
  corrects: ['risk', 'tests', 'occurredAt'],
  schema: withPersonal({
    risk: ScreeningRisk.describe('Outcome of history and examination'),
    tests: z.array(Test).max(LIST_LIMIT),
    screener: Pseudonym.optional().describe('Staff pseudonym of who took the history'),
    history: personal(z.string().max(4000), 'stream').describe('What the history and the examination found, in words'),
  }),

  decide: ({ tests }, _state, { now }) => record(testFaults(tests, now)),

  evolve: (state, event) => {
    state.screenings.push({
      event: event.id,
      occurredAt: event.occurredAt,
      risk: event.data.risk,
      tests: event.data.tests.map(({ marker, result, sampledAt }) => ({ marker, result, sampledAt })),
    });
  },
});

/** Samples are taken before they are reported, and once each. */
export function testFaults(tests: readonly z.output<typeof Test>[], now: string): Check {
  return tests.map(({ marker, sampledAt }, index) => [
    isAfter({ occurredAt: sampledAt, precision: 's' }, { occurredAt: now, precision: 's' }) &&
      broken(personRules.sampledAfterScreening, `/tests/${index}/sampledAt`, { marker, sampledAt }),
    tests.findIndex((other) => other.marker === marker && other.sampledAt === sampledAt) < index &&
      broken(personRules.repeatedMarker, `/tests/${index}/marker`, { marker }),
  ]);
}
