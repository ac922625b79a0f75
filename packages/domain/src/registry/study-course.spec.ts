import { describe, expect, it } from 'vitest';
import { folded, given, type Others } from '../specification.ts';
import { planned, treatment, examples as treatments } from '../treatment/index.ts';
import {
  examples,
  isStrangeFilingNumber,
  site,
  siteRegistered,
  study,
  studyAmended,
  studyFiled,
  studyResumed,
  studySiteApproved,
  studySuspended,
  suspendedAt,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

const { STUDY } = examples;
const filed: Past[number] = [studyFiled, examples.studyFiled(), { org: 'lab-a' }];
const hospital: Others = new Map([
  ['site-hospital-b', folded(site, 'hospital-b', [[siteRegistered, examples.siteRegistered()]])],
]);
const when = (past: Past, ...args: Parameters<ReturnType<typeof given>['when']>) =>
  given(study, STUDY, past, hospital).when(...args);

describe('an amendment', () => {
  it('changes the number and adds sites; the regime stays', () => {
    const amended = when(
      [filed],
      studyAmended,
      examples.studyAmended({ filingNumber: 'MR-44-26-054321', addSites: ['hospital-c'] }),
    );
    expect(amended).toMatchObject({ rules: [], warnings: [] });
    expect(amended.afterwards()).toMatchObject({
      regime: 'cn-818-clinical-research',
      filingNumber: 'MR-44-26-054321',
      sites: ['lab-a', 'hospital-b', 'hospital-c'],
    });
  });

  it('without an approval of the ethics committee is told where the regime asks for one', () => {
    const under = (regime: string): Past[number] => [studyFiled, examples.studyFiled({ regime, filingNumber: undefined })];
    const amending = (regime: string) =>
      when([under(regime)], studyAmended, examples.studyAmended({ ethicsApproval: undefined })).warnings;
    expect(amending('cn-828-drug-trial')).toEqual(['study.amended-without-ethics']);
    expect(amending('cn-nansha-restricted')).toEqual([]);
  });

  it('with a strange number warns', () => {
    expect(when([filed], studyAmended, examples.studyAmended({ filingNumber: '粤卫 12' })).warnings).toEqual([
      'study.filing-number-strange',
    ]);
  });
});

describe('filing numbers', () => {
  it.each([
    ['cn-828-drug-trial', 'CXSL2101234', false],
    ['cn-828-drug-trial', 'CTR20260123', false],
    ['cn-828-drug-trial', '2026LP00123', false],
    ['cn-828-drug-trial', 'MR-44-26-012345', true],
    ['cn-2015-iit', 'CMR-20260101-1', false],
    ['cn-2015-iit', 'ChiCTR2600012345', false],
    ['cn-818-clinical-research', 'MR-44-26-012345', false],
    ['cn-818-clinical-research', 'xMR-44-26-012345', true],
    ['cn-818-clinical-application', 'whatever it is', false],
    ['cn-nansha-restricted', 'whatever it is', false],
    ['compassionate-use', 'whatever it is', false],
  ] as const)('of %s: %s is strange: %s', (regime, number, strange) => {
    expect(isStrangeFilingNumber(regime, number)).toBe(strange);
  });
});

describe('a suspension', () => {
  it('by who filed it holds everywhere, or at the sites that it names', () => {
    const everywhere = when([filed], studySuspended, examples.studySuspended()).afterwards();
    expect(suspendedAt(everywhere, 'hospital-b')).toBeDefined();
    const one = when([filed], studySuspended, examples.studySuspended({ sites: ['hospital-b'] })).afterwards();
    expect(suspendedAt(one, 'hospital-b')).toBeDefined();
    expect(suspendedAt(one, 'lab-a')).toBeUndefined();
  });

  it('by a site holds at that site, whatever it says; by oversight everywhere', () => {
    const state = when([filed], studySuspended, examples.studySuspended(), { actor: { org: 'hospital-b' } }).afterwards();
    expect([...state.suspensions.keys()]).toEqual(['hospital-b']);
  });

  it('of a site that does not take part is a finding', () => {
    expect(when([filed], studySuspended, examples.studySuspended({ sites: ['hospital-z'] })).rules).toEqual([
      'study.site-not-in-study',
    ]);
  });

  it('ends with a resumption by a decision', () => {
    const past: Past = [filed, [studySuspended, examples.studySuspended()]];
    const resumed = when(past, studyResumed, examples.studyResumed());
    expect(resumed).toMatchObject({ rules: [], warnings: [] });
    expect(suspendedAt(resumed.afterwards(), 'hospital-b')).toBeUndefined();
    expect(when(past, studyResumed, examples.studyResumed({ reference: undefined })).rules).toEqual([
      'study.resumed-without-decision',
    ]);
    expect(when([filed], studyResumed, examples.studyResumed()).warnings).toEqual(['study.not-suspended']);
  });
});

describe('the approval of a site', () => {
  it('is of a registered site; another one takes part from then on', () => {
    expect(when([filed], studySiteApproved, examples.studySiteApproved())).toMatchObject({ rules: [], warnings: [] });
    const added = when([filed], studySiteApproved, examples.studySiteApproved({ site: 'hospital-c' }));
    expect(added.warnings).toEqual(['study.site-unknown', 'study.site-added']);
    expect(study.relations(added.afterwards(), 'hospital-c')).toEqual(['treating-site']);
  });

  it('ends after it begins', () => {
    expect(when([filed], studySiteApproved, examples.studySiteApproved({ to: '2026-09-30' })).rules).toEqual([
      'study.approval-ends-before-it-begins',
    ]);
  });
});

describe('a treatment planned in a study', () => {
  const planning = (more: Past, over: object = {}, occurredAt = '2026-11-21T09:00:00+08:00') => {
    const data = treatments.planned({ study: STUDY }) as object;
    const state = folded(study, STUDY, [
      [studyFiled, examples.studyFiled({ sites: ['hospital-b', 'hospital-c'], ...over })],
      ...more,
    ]);
    return given(treatment, treatments.TREATMENT, [], new Map([[`study-${STUDY}`, state]])).when(planned, data, {
      actor: { org: 'hospital-b' },
      occurredAt,
    }).rules;
  };
  const approved: Past[number] = [studySiteApproved, examples.studySiteApproved({ to: '2026-12-31' })];

  it('that is suspended is a finding', () => {
    expect(planning([])).not.toContain('treatment.study-suspended');
    expect(planning([[studySuspended, examples.studySuspended()]])).toContain('treatment.study-suspended');
  });

  it('needs the site’s approval on that day, once approvals are kept here', () => {
    expect(planning([])).not.toContain('treatment.site-not-approved');
    expect(planning([approved])).not.toContain('treatment.site-not-approved');
    expect(planning([approved], {}, '2027-01-01T09:00:00+08:00')).toContain('treatment.site-not-approved');
    const other: Past[number] = [studySiteApproved, examples.studySiteApproved({ site: 'hospital-c' })];
    expect(planning([other])).toContain('treatment.site-not-approved');
  });

  it('is judged by the regime that the study is filed under, though the treatment has none yet', () => {
    const other: Past[number] = [studySiteApproved, examples.studySiteApproved({ site: 'hospital-c' })];
    expect(planning([other], { regime: 'cn-nansha-restricted', filingNumber: undefined })).not.toContain(
      'treatment.site-not-approved',
    );
    expect(planning([other], { regime: 'cn-828-drug-trial', filingNumber: undefined })).toContain('treatment.site-not-approved');
  });
});
