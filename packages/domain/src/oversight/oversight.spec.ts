import { describe, expect, it } from 'vitest';
import { type folded as fold, given } from '../specification.ts';
import * as o from './index.ts';
import { examples, inspection, query } from './index.ts';

const { QUERY, INSPECTION, CENTRE, HOSPITAL } = examples;
type Past = Parameters<typeof fold>[2][number];
const AT_SITE = { actor: { org: HOSPITAL } };
const RAISED: Past = [o.queryRaised, examples.queryRaised(), { org: CENTRE }];
const ANSWERED: Past = [o.queryAnswered, examples.queryAnswered(), { org: HOSPITAL }];

describe('a query', () => {
  it('is of the centre, and for the site to answer', () => {
    const done = given(query, QUERY).when(o.queryRaised, examples.queryRaised(), { actor: { org: CENTRE } });
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    const after = done.afterwards();
    expect([query.relations(after, CENTRE), query.relations(after, HOSPITAL)]).toEqual([['owner'], ['custodian']]);
  });

  it('asks for its answer after it is raised', () => {
    const dueBy = '2026-11-20T18:00:00+08:00';
    expect(given(query, QUERY).when(o.queryRaised, examples.queryRaised({ dueBy })).rules).toEqual(['query.due-before-raised']);
  });

  it.each([
    ['2026-11-25T18:00:00+08:00', []],
    ['2026-11-25T18:00:01+08:00', ['query.answered-late']],
  ])('answered at %s breaks %j', (occurredAt, rules) => {
    const now = '2026-11-26T00:00:00.000Z';
    const done = given(query, QUERY, [RAISED]).when(o.queryAnswered, examples.queryAnswered(), { ...AT_SITE, occurredAt, now });
    expect(done.rules).toEqual(rules);
    expect(done.afterwards().status).toBe('answered');
  });

  it('is answered by who was asked', () => {
    const done = given(query, QUERY, [RAISED]).when(o.queryAnswered, examples.queryAnswered(), { actor: { org: 'lab-a' } });
    expect(done.rules).toEqual(['query.answered-by-other']);
  });

  it('closed without an answer warns, unless it is withdrawn', () => {
    const closing = (past: Past[], over: object = {}) =>
      given(query, QUERY, past).when(o.queryClosed, examples.queryClosed(over));
    expect(closing([RAISED, ANSWERED])).toMatchObject({ rules: [], warnings: [] });
    expect(closing([RAISED]).warnings).toEqual(['query.closed-unanswered']);
    expect(closing([RAISED], { outcome: 'withdrawn' }).warnings).toEqual([]);
  });

  it('keeps question and answer out of the log', () => {
    const personal = [o.queryRaised, o.queryAnswered].flatMap((fact) => fact.personal.map(({ path }) => path.join('/')));
    expect(personal).toEqual(['question', 'answer']);
  });
});

describe('an inspection', () => {
  const RECORDED: Past = [o.inspectionRecorded, examples.inspectionRecorded(), { org: CENTRE }];
  const ORDERED: Past = [o.rectificationOrdered, examples.rectificationOrdered(), { org: CENTRE }];
  const when = (
    fact: Parameters<ReturnType<typeof given>['when']>[0],
    data: object,
    past: readonly Past[] = [RECORDED, ORDERED],
    options: object = AT_SITE,
  ) => given(inspection, INSPECTION, past).when(fact, data, options);

  it('orders and closes findings that it has', () => {
    expect(when(o.rectificationOrdered, examples.rectificationOrdered({ findings: ['1', '9'] }), [RECORDED]).rules).toEqual([
      'inspection.finding-unknown',
    ]);
  });

  it.each([
    ['2026-12-31T23:59:59+08:00', []],
    ['2027-01-01T00:00:00+08:00', ['inspection.rectified-late', 'inspection.rectified-late']],
  ])('rectified at %s breaks %j', (occurredAt, rules) => {
    const options = { ...AT_SITE, occurredAt, now: '2027-01-02T00:00:00.000Z' };
    expect(when(o.rectified, examples.rectified(), undefined, options).rules).toEqual(rules);
  });

  it('is answered by the site that was inspected', () => {
    expect(when(o.rectified, examples.rectified(), undefined, { actor: { org: 'lab-a' } }).rules).toEqual([
      'inspection.rectified-by-other',
    ]);
  });

  it('closes when all is put right, or as not compliant', () => {
    const half: Past = [o.rectified, examples.rectified({ findings: ['1'] })];
    const closing = (over: object = {}) => when(o.inspectionClosed, examples.inspectionClosed(over), [RECORDED, ORDERED, half]);
    expect(closing().rules).toEqual(['inspection.closed-with-open-findings']);
    expect(closing({ result: 'not-compliant' }).rules).toEqual([]);
    const rest: Past = [o.rectified, examples.rectified({ findings: ['2'] })];
    expect(when(o.inspectionClosed, examples.inspectionClosed(), [RECORDED, ORDERED, half, rest]).rules).toEqual([]);
  });
});
