import { describe, expect, it } from 'vitest';
import * as batches from '../batch/index.ts';
import * as donations from '../donation/index.ts';
import * as materials from '../material/index.ts';
import * as rooms from '../room/index.ts';
import { folded, given } from '../specification.ts';
import {
  consumed,
  destroyed,
  dispatched,
  examples,
  received,
  rejected,
  reportIssued,
  reportNumbered,
  reportRevised,
  reportWithdrawn,
  retained,
  sample,
  standingReports,
  taken,
} from './index.ts';

const { SAMPLE, BATCH, LABORATORY } = examples;
type Past = Parameters<typeof folded>[2][number];
const REPORT = '0192f5c4-0000-7000-8000-0000000000f1';
const SECOND = '0192f5c4-0000-7000-8000-0000000000f2';

const was: Past = [taken, examples.taken()];
const sent: Past = [dispatched, examples.dispatched()];
const arrived: Past = [received, examples.received(), { org: LABORATORY }];
const reported: Past = [reportIssued, examples.reportIssued(), { org: LABORATORY, id: REPORT }];
const analyst = { actor: { org: LABORATORY, person: 'staff-0011', role: 'qc.analyst' } };
const when = (past: Past[], fact: Parameters<ReturnType<typeof given>['when']>[0], data: unknown, options = {}) =>
  given(sample, SAMPLE, past).when(fact, data, options);

describe('the taking of a sample', () => {
  const batch = (...past: Past[]) => folded(batches.batch, BATCH, [[batches.opened, batches.examples.opened()], ...past]);
  const told: Past = [batches.unitSampled, batches.examples.unitSampled({ sample: SAMPLE, laboratory: LABORATORY })];
  const taking = (others: [string, unknown][], over: object = {}, org = 'lab-a') =>
    given(sample, SAMPLE, [], new Map(others)).when(taken, examples.taken(over), { actor: { org } });

  it('agrees with what its batch says of it', () => {
    const done = taking([[`batch-${BATCH}`, batch(told)]]);
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const state = done.afterwards();
    expect([sample.relations(state, 'lab-a'), sample.relations(state, LABORATORY)]).toEqual([['owner'], ['testing-laboratory']]);
  });

  it('that its batch does not mention is told of, and one for another laboratory is a finding', () => {
    expect(taking([[`batch-${BATCH}`, batch()]])).toMatchObject({ rules: [], warnings: ['sample.source-silent'] });
    expect(taking([[`batch-${BATCH}`, batch(told)]], { laboratory: 'other-lab' }).rules).toEqual(['sample.laboratory-differs']);
  });

  it('of something unknown, or of which one has no part, is recorded with a finding', () => {
    expect(taking([])).toMatchObject({ outcome: 'record', rules: ['sample.source-unknown'] });
    expect(taking([[`batch-${BATCH}`, batch(told)]], {}, 'lab-b').rules).toEqual(['sample.source-of-another']);
  });

  it('may be of a donation, a material or a room', () => {
    const { SERUM } = materials.examples;
    const serum = folded(materials.material, SERUM, [
      [materials.received, materials.examples.received()],
      [materials.sampled, materials.examples.sampled({ sample: SAMPLE })],
    ]);
    const { DONATION } = donations.examples;
    const donation = folded(donations.donation, DONATION, [[donations.registered, donations.examples.registered()]]);
    const known: [string, unknown][] = [
      [`material-${SERUM}`, serum],
      [`donation-${DONATION}`, donation],
      [`room-${REPORT}`, { ...rooms.room.initial(REPORT), owner: 'lab-a' }],
    ];
    for (const from of [{ material: SERUM }, { donation: DONATION }, { room: REPORT, point: 'P3' }]) {
      expect(taking(known, { from })).toMatchObject({ rules: [], warnings: [] });
      expect(taking([], { from }).rules).toEqual(['sample.source-unknown']);
      expect(taking(known, { from }, 'lab-z').rules).toEqual(['sample.source-of-another']);
    }
  });

  it('verified by who took it, or with a mistyped number, is recorded with findings', () => {
    const identifiers = [{ scheme: 'isbt128-din', value: 'G123417654321B' }];
    expect(taking([[`batch-${BATCH}`, batch(told)]], { verifier: 'staff-0001', identifiers }).rules).toEqual([
      'sample.identifier-malformed',
      'sample.verifier-is-operator',
    ]);
  });
});

describe('a sample on its way', () => {
  it('makes the laboratory that it is sent to known to its record', () => {
    const done = when([was], dispatched, examples.dispatched({ to: 'other-lab' }));
    expect(done.rules).toEqual([]);
    expect(sample.relations(done.afterwards(), 'other-lab')).toEqual(['testing-laboratory']);
  });

  it('arrives where it was meant to', () => {
    expect(when([was, sent], received, examples.received(), analyst)).toMatchObject({ rules: [], warnings: [] });
    expect(when([was], received, examples.received(), analyst).warnings).toEqual(['sample.dispatch-missing']);
    expect(when([was, sent], received, examples.received(), { actor: { org: 'other-lab' } }).rules).toEqual([
      'sample.received-elsewhere',
    ]);
    const warm = examples.received({ temperature: { minimum: '9', maximum: '4' } });
    expect(when([was, sent], received, warm, analyst).rules).toEqual(['sample.temperature-order']);
  });

  it('that was rejected is not sent again without a finding', () => {
    const refused: Past = [rejected, examples.rejected(), { org: LABORATORY }];
    expect(when([was, sent], rejected, examples.rejected(), analyst).rules).toEqual([]);
    expect(when([was, sent, refused], dispatched, examples.dispatched()).rules).toEqual(['sample.was-rejected']);
  });
});

describe('a report', () => {
  const issuing = (past: Past[], over: object = {}, options: object = analyst) =>
    when(past, reportIssued, examples.reportIssued(over), options);

  it('holds a panel, and stands', () => {
    const done = issuing([was, sent, arrived]);
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(standingReports(done.afterwards())).toMatchObject([{ number: 'QC-2026-0815', failed: [], laboratory: LABORATORY }]);
  });

  it('on a sample that was never received, or that was rejected, is a finding', () => {
    const refused: Past = [rejected, examples.rejected(), { org: LABORATORY }];
    expect(issuing([was, sent]).rules).toEqual(['sample.report-on-unreceived']);
    expect(issuing([was, sent, refused]).rules).toEqual(['sample.report-on-rejected']);
  });

  it('by another laboratory than the one that tests it is a finding', () => {
    expect(issuing([was, sent, arrived], {}, { actor: { org: 'lab-a' } }).rules).toEqual(['sample.report-by-another']);
  });

  it('is held against its own limits, and reviewed by somebody else', () => {
    const { result } = examples;
    const results = [
      result({ value: { value: '0.7', unit: 'EU/mL' } }),
      result({ value: { value: '1', unit: 'mg' } }),
      result({ reviewer: 'staff-0011' }),
    ];
    expect(issuing([was, sent, arrived], { results }).rules).toEqual([
      'sample.verdict-disagrees',
      'sample.verdict-undetermined',
      'sample.reviewer-is-analyst',
    ]);
  });

  it('has a number of its own', () => {
    expect(issuing([was, sent, arrived, reported]).rules).toEqual(['sample.report-number-taken']);
  });

  it('is revised by one that names it, and stands no longer', () => {
    const done = when([was, sent, arrived, reported], reportRevised, examples.reportRevised(REPORT), { ...analyst, id: SECOND });
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    const state = done.afterwards();
    expect(standingReports(state).map(({ event }) => event)).toEqual([SECOND]);
    expect(reportNumbered(state, 'QC-2026-0815')).toMatchObject({ revisedBy: SECOND });
  });

  it('is withdrawn, and nothing takes its place', () => {
    const done = when([was, sent, arrived, reported], reportWithdrawn, examples.reportWithdrawn(REPORT), analyst);
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(standingReports(done.afterwards())).toEqual([]);
  });

  it('that is unknown cannot be changed', () => {
    for (const [fact, data] of [
      [reportRevised, examples.reportRevised(SECOND)] as const,
      [reportWithdrawn, examples.reportWithdrawn(SECOND)] as const,
    ]) {
      expect(when([was, sent, arrived, reported], fact, data, analyst)).toMatchObject({
        outcome: 'unreconciled',
        rules: ['sample.report-unknown'],
      });
    }
  });

  it('is changed by its own laboratory, and in its newest version', () => {
    const past = [was, sent, arrived, reported];
    expect(when(past, reportWithdrawn, examples.reportWithdrawn(REPORT)).rules).toEqual(['sample.report-of-another']);
    const revised: Past = [reportRevised, examples.reportRevised(REPORT), { org: LABORATORY, id: SECOND }];
    const again = examples.reportRevised(REPORT, { number: 'QC-2026-0815/2' });
    expect(when([...past, revised], reportRevised, again, analyst).rules).toEqual(['sample.report-revised-before']);
    const withdrawn: Past = [reportWithdrawn, examples.reportWithdrawn(REPORT), { org: LABORATORY }];
    expect(when([...past, withdrawn], reportRevised, again, analyst).rules).toEqual(['sample.report-withdrawn-before']);
  });
});

describe('the end of a sample', () => {
  const kept: Past = [retained, examples.retained()];

  it('is that it is used up or destroyed, once', () => {
    expect(when([was], consumed, examples.consumed())).toMatchObject({ rules: [] });
    expect(when([was, [consumed, examples.consumed()]], destroyed, examples.destroyed()).rules).toEqual(['sample.ended']);
  });

  it('leaves nothing to retain', () => {
    expect(when([was], retained, examples.retained()).rules).toEqual([]);
    expect(when([was, [consumed, examples.consumed()]], retained, examples.retained()).rules).toEqual([
      'sample.retained-after-end',
    ]);
  });

  it('does not come before the term that it was to be kept for', () => {
    expect(when([was, kept], destroyed, examples.destroyed()).rules).toEqual(['sample.destroyed-before-term']);
    expect(when([was, kept], destroyed, examples.destroyed(), { occurredAt: '2028-12-01T09:00:00+08:00' }).rules).toEqual([]);
  });

  it('is witnessed by somebody else', () => {
    expect(when([was], destroyed, examples.destroyed({ witness: 'staff-0001' })).rules).toEqual(['sample.witness-destroyed']);
  });
});
