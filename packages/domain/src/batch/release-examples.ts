/** Valid data of the facts about exceptional and conditional releases, imports and rebinding, for specs. */
import { conditionallyReleased, DONATION, PRODUCT, released, unitId } from './examples.ts';

const DIGEST = 'A'.repeat(43);
export const TREATMENT = '0192f5c4-0000-7000-8000-0000000000f0';
export const OTHER_TREATMENT = '0192f5c4-0000-7000-8000-0000000000f1';
export const PATIENT = 'patient-0001';
export const PHYSICIAN = 'staff-0009';

/** Exceptional release of the first unit, in spite of the first result of a report. */
export const exceptionallyReleased = (report: string, over: object = {}) => ({
  ...released({ scope: { units: [unitId(1)] } }),
  treatment: TREATMENT,
  patient: PATIENT,
  failed: [{ line: '1', test: 'viability', results: [{ event: report, index: 0 }] }],
  noAlternative: { assessment: DIGEST },
  riskBenefit: { assessment: DIGEST },
  request: { physician: PHYSICIAN, document: DIGEST },
  patientInformed: { document: DIGEST },
  ...over,
});

export const conditionalReleaseClosed = (release: string, over: object = {}) => {
  const { reviewed } = conditionallyReleased();
  return { release, outcome: 'passed', reviewed, ...over };
};

export const lateResultNotified = (report: string, over: object = {}) => ({
  result: { event: report, index: 0 },
  treatment: TREATMENT,
  units: [unitId(1)],
  physician: PHYSICIAN,
  means: 'telephone',
  ...over,
});

export const lateResultAcknowledged = (notice: string) => ({ notice });

/** A master bank of 2019 out of a binder. */
export const legacyImported = (over: object = {}) => ({
  identifiers: [{ scheme: 'local', site: 'lab-a', kind: 'batch', value: 'MCB-2019-03' }],
  product: { id: PRODUCT, specification: 1 },
  autologous: false,
  tier: 'master',
  passage: 3,
  source: { kind: 'binder', name: 'MCB binder 3', record: 'p. 12–31' },
  from: { donations: [DONATION] },
  declared: [
    { about: 'processing', value: 'P0 to P3, SOP-CP-012 v1', grade: 'original', page: 'p. 14' },
    { about: 'testing', line: '2', value: 'negative', grade: 'transcript' },
    { about: 'storage', grade: 'electronic-export' },
  ],
  gaps: [
    { about: 'materials', reason: 'lost' },
    { about: 'testing', line: '1', reason: 'never-recorded' },
  ],
  verifiers: ['staff-0021', 'staff-0022'],
  ...over,
});

export const specificationRebound = (over: object = {}) => ({ specification: 2, reason: 'specification-revised', ...over });
