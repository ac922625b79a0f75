// A donor found eligible after a risk assessment was eligible whatever a later sample said: the reason answered results that nobody had seen when it
// was given. A reactive retest shut the gate for every donor but those of whom most is to be feared.
import { describe, expect, it } from 'vitest';
import * as persons from '../person/index.ts';
import { folded } from '../specification.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aUnit, IDS, surroundings } from './hospital-examples.ts';

type Past = Parameters<typeof folded>[2];

const MARKERS = ['anti-hiv-1-2', 'hbsag', 'anti-hbc', 'anti-hcv', 'syphilis'] as const;
const tests = (reactive: string | null, sampledAt = '2026-01-01T09:00:00+08:00') =>
  MARKERS.map((marker) => ({ marker, sampledAt, result: marker === reactive ? 'reactive' : 'non-reactive' }));
const determined: Past = [
  [persons.registered, persons.examples.registered()],
  [persons.consentGiven, persons.examples.consentGiven()],
  [persons.screened, { risk: 'none-identified', tests: tests('syphilis') }],
  [persons.eligibilityDetermined, { status: 'eligible', reasons: ['risk-assessed'], reviewer: 'staff-0001' }],
];
const retest = (reactive: string | null): Past[number] => [
  persons.retested,
  { tests: tests(reactive, '2026-08-01T09:00:00+08:00') },
];
const reasons = (past: Past) => {
  const others = surroundings({ [`person-${IDS.donor}`]: folded(persons.person, IDS.donor, past) });
  return gateFor(aBatch({}, aUnit()), IDS.unit, IDS.treatment, AT, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  })
    .filter(({ rule }) => rule.severity !== 'warn')
    .map(({ rule }) => rule.id);
};

describe('a risk assessment of a donor', () => {
  it('answers the results that were there', () => {
    expect(reasons(determined)).toEqual([]);
    expect(reasons([...determined, retest(null)])).toEqual([]);
  });

  it('answers none that came after it, until eligibility is determined with it', () => {
    const reactive = [...determined, retest('anti-hiv-1-2')];
    expect(reasons(reactive)).toEqual(['gate.donor-reactive']);
    expect(reasons([...reactive, determined[3]!])).toEqual([]);
  });
});
