import { describe, expect, it } from 'vitest';
import type { Recorded, RegimeId } from '../kernel/index.ts';
import { REGIMES } from '../rules/index.ts';
import { Retention, type StatedForRetention, type SubjectKind } from './index.ts';

const NOW = '2026-11-21T08:00:00.000Z';
const UNIT = '0192f5c4-0000-7000-8000-0000000000aa';

type Said = { stream: string; type: string; at?: string; data?: object; person?: string; org?: string };

function event({ stream, type, at = '1990-03-01T08:00:00+08:00', data = {}, person = 'staff-0001', org = 'lab-a' }: Said) {
  return {
    id: '0192f5c4-0000-7000-8000-000000000001',
    type: `${type}.v1`,
    stream,
    seq: 0,
    occurredAt: at,
    recordedAt: NOW,
    capture: { mode: 'import', precision: 'day' },
    actor: { org, person, role: 'lab.operator', client: null },
    causation: null,
    data,
  } as Recorded;
}

function verdict(
  subject: string,
  said: readonly Said[],
  stated: StatedForRetention = {},
  kind: SubjectKind = 'person',
  names: readonly string[] = [],
) {
  const retention = new Retention(subject, kind, names);
  for (const each of said) {
    const made = event(each);
    if (retention.wants(made.stream, made.type)) retention.add(made);
  }
  return retention.verdict(NOW, stated);
}

const registered = { stream: 'person-donor-1', type: 'person.registered', data: { role: 'donor' } };
const donated = { stream: 'donation-d', type: 'donation.registered', data: { donor: 'donor-1', birthMother: 'mother-1' } };
const made = (regime?: RegimeId): Said => ({
  stream: 'batch-b',
  type: 'batch.origins-resolved',
  data: { donations: ['d'], batches: [], ...(regime && { regime }) },
});
const split = { stream: 'batch-b', type: 'batch.split', data: { units: [{ id: UNIT, kind: 'vial', ordinal: 1 }] } };
const infused = (at?: string): Said => ({
  stream: 'batch-b',
  type: 'batch.unit-infused',
  data: { unit: UNIT, treatment: 't' },
  ...(at && { at }),
});
const planned = { stream: 'treatment-t', type: 'treatment.planned', data: { patient: 'patient-1' } };
const resolved = (regime: RegimeId) => ({
  stream: 'treatment-t',
  type: 'treatment.regime-resolved',
  data: { study: 's', regime },
});
const closed = (at?: string): Said => ({ stream: 'treatment-t', type: 'treatment.closed', ...(at && { at }) });
const ids = (given: ReturnType<typeof verdict>) => given.reasons.map(({ id }) => id);

describe('personal values of somebody of whom nothing came', () => {
  it('may be erased at once', () => {
    const given = verdict('donor-1', [registered]);
    expect(given.allowed).toBe(true);
    expect(ids(given)).toEqual(['retention.nothing-to-look-back-to']);
  });

  it('are those of nobody else who gave', () => {
    expect(verdict('donor-2', [registered, donated, made(), split]).allowed).toBe(true);
  });
});

describe('personal values of a donor', () => {
  const whole = [registered, donated, made('cn-818-clinical-application'), split, planned, infused(), closed()];

  it('may be erased once thirty years have passed since the last record about cells or treatment', () => {
    expect(verdict('donor-1', whole)).toMatchObject({ allowed: true });
    expect(verdict('donor-1', [...whole, closed('1996-11-21T16:00:00+08:00')])).toMatchObject({ allowed: true });
    expect(verdict('donor-1', [...whole, closed('1996-11-21T16:00:01+08:00')])).toMatchObject({
      allowed: false,
      until: '2026-11-21T08:00:01.000Z',
      begun: true,
    });
  });

  it('are kept for batches that were made of batches, since origins are transitive', () => {
    const later = { stream: 'batch-c', type: 'batch.origins-resolved', data: { donations: ['d'], batches: ['b'] } };
    const given = verdict('donor-1', [...whole, { ...later, at: '2020-01-01T00:00:00Z' }]);
    expect(given).toMatchObject({ allowed: false, until: '2050-01-01T00:00:00.000Z' });
  });

  it('are kept while units are on hand, however long nothing was recorded', () => {
    const given = verdict('donor-1', [registered, donated, made('cn-818-clinical-application'), split]);
    expect(given).toMatchObject({ allowed: false, begun: false });
    expect(ids(given)).toEqual(['retention.units-on-hand']);
  });

  it('are kept while a recipient’s treatment is open', () => {
    expect(ids(verdict('donor-1', whole.slice(0, -1)))).toEqual(['retention.treatment-open']);
  });

  it('count for the tested birth mother too', () => {
    expect(verdict('mother-1', [...whole, infused('2020-01-01T00:00:00Z')]).allowed).toBe(false);
  });
});

describe('personal values of a birth mother whom the newborn’s own record names, and no donation', () => {
  const hers = { stream: 'person-mother-1', type: 'person.screened', data: { risk: 'none-identified', tests: [] } };
  const child = { ...registered, data: { role: 'donor', newborn: true, birthMother: 'mother-1' } };
  const given = { ...donated, data: { donor: 'donor-1' } };

  it('are kept like those of one whom the donation names, whichever was registered first', () => {
    const rest = [made('cn-2015-iit'), split, infused(), planned];
    for (const first of [
      [child, given],
      [given, child],
    ]) {
      expect(verdict('mother-1', [hers, ...first, ...rest])).toMatchObject({ allowed: false });
    }
    expect(verdict('mother-2', [{ ...hers, stream: 'person-mother-2' }, child, given, ...rest])).toMatchObject({ allowed: true });
  });
});

describe('personal values of somebody who goes under several pseudonyms', () => {
  const whole = [registered, donated, made('cn-818-clinical-application'), split, planned, infused(), closed()];
  const alias = { stream: 'person-alias-1', type: 'person.registered', data: { role: 'patient' }, at: '1989-01-01T00:00:00Z' };

  it('are kept for what was given under another of them', () => {
    expect(verdict('alias-1', [alias, ...whole, closed('2010-01-01T00:00:00Z')])).toMatchObject({ allowed: true });
    const linked = verdict('alias-1', [alias, ...whole, closed('2010-01-01T00:00:00Z')], {}, 'person', ['donor-1']);
    expect(linked).toMatchObject({ allowed: false, until: '2040-01-01T00:00:00.000Z' });
    expect(ids(linked)).toEqual(['retention.term-runs', 'retention.linked']);
  });

  it('are kept for what was received under another of them', () => {
    expect(ids(verdict('alias-1', [alias, planned], {}, 'person', ['patient-1']))).toContain('retention.treatment-open');
  });

  it('may be erased once the term of all is over', () => {
    expect(verdict('alias-1', [alias, ...whole], {}, 'person', ['donor-1', 'patient-1'])).toMatchObject({ allowed: true });
  });
});

describe('personal values of a patient', () => {
  it('are kept from the end of the study where the regime says so, which must be stated', () => {
    const past = [planned, resolved('cn-2015-iit'), closed()];
    expect(ids(verdict('patient-1', past))).toEqual(['retention.study-end-unknown']);
    expect(verdict('patient-1', past, { studyEnded: '1991-01-01T00:00:00Z' })).toMatchObject({ allowed: true });
    expect(verdict('patient-1', past, { studyEnded: '2005-06-30T00:00:00Z' })).toMatchObject({
      allowed: false,
      until: '2035-06-30T00:00:00.000Z',
      begun: true,
    });
  });

  it('are not kept less long because an early end of the study is stated', () => {
    const past = [planned, resolved('cn-2015-iit'), closed('2010-01-01T00:00:00Z')];
    expect(verdict('patient-1', past, { studyEnded: '1980-01-01T00:00:00Z' })).toMatchObject({
      until: '2040-01-01T00:00:00.000Z',
    });
  });

  it('are kept without end where offspring are involved: recorded, or stated', () => {
    const anomaly = {
      stream: 'treatment-t',
      type: 'treatment.adverse-event-reported',
      data: { seriousness: ['congenital-anomaly'] },
    };
    const past = [planned, resolved('cn-818-clinical-application'), closed()];
    expect(verdict('patient-1', past).allowed).toBe(true);
    expect(verdict('patient-1', [...past, anomaly])).toMatchObject({ allowed: false, until: null });
    expect(verdict('patient-1', past, { offspring: true })).toMatchObject({ allowed: false, until: null });
  });

  it('are kept without end from the day on which a pregnancy is reported, also after the treatment was closed', () => {
    const pregnancy = { stream: 'treatment-t', type: 'treatment.pregnancy-reported', data: { pregnancy: 'p', of: 'partner' } };
    const past = [planned, resolved('cn-818-clinical-application'), closed(), pregnancy];
    expect(verdict('patient-1', past)).toMatchObject({ allowed: false, until: null });
    expect(ids(verdict('patient-1', past))).toEqual(['retention.offspring']);
  });

  it('take the strictest term where no regime is known', () => {
    expect(verdict('patient-1', [planned, closed('2000-02-29T00:00:00Z')])).toMatchObject({ until: '2030-03-01T00:00:00.000Z' });
  });
});

describe('personal values of staff and texts of an organisation', () => {
  it('are kept as long as the last record that names them', () => {
    const acts = [{ ...registered, at: '2001-01-01T00:00:00Z', person: 'staff-7', org: 'clinic-a' }];
    expect(verdict('staff-7', acts, {}, 'staff')).toMatchObject({ until: '2031-01-01T00:00:00.000Z' });
    expect(verdict('org:clinic-a', acts, {}, 'organisation')).toMatchObject({ until: '2031-01-01T00:00:00.000Z' });
    expect(verdict('staff-8', acts, {}, 'staff')).toMatchObject({ allowed: true });
  });
});

it.each(Object.values(REGIMES))('the term of $id is data with a citation', ({ retention }) => {
  expect(retention.years).toBeGreaterThan(0);
  expect(retention.citation).not.toBe('');
});
