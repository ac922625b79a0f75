/** Valid data of every fact about a treatment, for specs. */
export const TREATMENT = '0192f5c4-0000-7000-8000-00000000fe01';
export const STUDY = '0192f5c4-0000-7000-8000-000000000510';
export const PRODUCT = '0192f5c4-0000-7000-8000-0000000009d0';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const UNIT = '0192f5c4-0000-7000-8000-00000000e001';
export const VISIT = '0192f5c4-0000-7000-8000-000000000701';
export const ADVERSE_EVENT = '0192f5c4-0000-7000-8000-000000000ae1';
export const PATIENT = 'patient-0001';
export const PHYSICIAN = 'staff-0009';
export const HOSPITAL = 'hospital-b';

export const planned = (over: object = {}) => ({
  patient: PATIENT,
  study: STUDY,
  product: PRODUCT,
  indication: '膝骨关节炎 K-L III 级',
  physician: PHYSICIAN,
  plannedDose: { value: '5', unit: '10*7.{cells}', what: 'viable' },
  infusions: 1,
  ...over,
});

export const consented = (over: object = {}) => ({ patient: PATIENT, giver: 'self', form: 'ICF-02 v4', ...over });

export const urgentNeedDocumented = (over: object = {}) => ({
  patient: PATIENT,
  ground: 'urgent-medical-need',
  physician: PHYSICIAN,
  patientInformed: true,
  noComparableProduct: true,
  ...over,
});

export const infusionRecorded = (over: object = {}) => ({
  batch: BATCH,
  unit: UNIT,
  patient: PATIENT,
  dose: { value: '4.8', unit: '10*7.{cells}', what: 'viable', basis: 'calculated' },
  bodyWeight: { value: '62.5', date: '2026-11-21' },
  route: 'intra-articular',
  bodySite: '左膝',
  thawToInfusionMinutes: 15,
  vitalSigns: [{ kind: 'temperature', phase: 'before', unit: 'Cel', value: '36.6' }],
  reactions: [{ kind: 'none' }],
  operator: 'nurse-0001',
  ...over,
});

export const visitScheduled = (over: object = {}) => ({
  visit: VISIT,
  name: 'M3',
  from: '2027-02-14',
  to: '2027-02-28',
  ...over,
});

export const visitRecorded = (over: object = {}) => ({
  visit: VISIT,
  patient: PATIENT,
  contact: 'in-person',
  measures: [
    { kind: 'womac-total', unit: '{score}', value: '31' },
    { kind: 'haemoglobin', unit: 'g/L', value: '132' },
  ],
  ...over,
});

export const adverseEventReported = (over: object = {}) => ({
  adverseEvent: ADVERSE_EVENT,
  patient: PATIENT,
  term: '10037660',
  dictionary: 'MedDRA 27.1',
  grade: '1',
  seriousness: ['non-serious'],
  relatedness: 'possible',
  expectedness: 'expected',
  onset: '2026-11-21T18:00:00+08:00',
  outcome: 'recovering',
  awareAt: '2026-11-21T14:00:00+08:00',
  description: '低热，未处理',
  ...over,
});

export const adverseEventUpdated = (over: object = {}) => ({
  adverseEvent: ADVERSE_EVENT,
  patient: PATIENT,
  outcome: 'recovered',
  ...over,
});

export const outcomeEvaluated = (over: object = {}) => ({
  patient: PATIENT,
  endpoint: 'WOMAC-50',
  result: 'improved',
  ...over,
});

export const closed = (over: object = {}) => ({ reason: 'completed', ...over });

export const lostToFollowUp = (over: object = {}) => ({ patient: PATIENT, lastContact: '2027-02-20', attempts: 3, ...over });

export const COI = 'COI-B-2026-0007';
export const DONATION = '0192f5c4-0000-7000-8000-00000000d001';
export const RESCUE_BATCH = '0192f5c4-0000-7000-8000-00000000ba09';
export const RESCUE_UNIT = '0192f5c4-0000-7000-8000-00000000e009';
export const PREGNANCY = '0192f5c4-0000-7000-8000-0000000000b1';
export const DEVIATION = '0192f5c4-0000-7000-8000-0000000000d7';

export const coiIssued = (over: object = {}) => ({ patient: PATIENT, coi: COI, issuer: 'staff-0008', ...over });

export const mobilised = (over: object = {}) => ({
  patient: PATIENT,
  agents: [
    { agent: 'g-csf', dose: { value: '10', unit: 'ug/kg', bodyWeight: { value: '62.5', date: '2026-11-20' } } },
    { agent: 'plerixafor', dose: { value: '0.24', unit: 'mg/kg' } },
  ],
  days: 5,
  counts: [{ day: 5, cd34: { value: '42', unit: '/uL' } }],
  physician: PHYSICIAN,
  ...over,
});

export const conditioningAuthorised = (over: object = {}) => ({
  patient: PATIENT,
  physician: PHYSICIAN,
  units: [{ batch: BATCH, unit: UNIT }],
  rescue: { required: true, units: [{ batch: RESCUE_BATCH, unit: RESCUE_UNIT }] },
  protocol: 'BETA-THAL-01 v2',
  intensity: 'myeloablative',
  ...over,
});

export const conditioningStarted = (over: object = {}) => ({
  patient: PATIENT,
  physician: PHYSICIAN,
  intensity: 'myeloablative',
  agents: [{ agent: 'busulfan', dose: { value: '12.8', unit: 'mg/kg' } }],
  ...over,
});

export const rescueGiven = (over: object = {}) => ({
  patient: PATIENT,
  reason: 'graft-failure',
  unit: { batch: RESCUE_BATCH, unit: RESCUE_UNIT },
  physician: PHYSICIAN,
  ...over,
});

export const engrafted = (over: object = {}) => ({
  patient: PATIENT,
  outcome: 'engrafted',
  neutrophils: { on: '2026-12-09', days: 18, count: { value: '0.6', unit: '10*9/L' } },
  platelets: { on: '2026-12-19', days: 28, count: { value: '24', unit: '10*9/L' } },
  ...over,
});

export const recipientNotified = (over: object = {}) => ({
  patient: PATIENT,
  by: PHYSICIAN,
  told: 'patient',
  how: 'in-person',
  advice: ['testing', 'closer-follow-up'],
  testsOffered: ['anti-hiv-1-2', 'hiv-rna'],
  testsDeclined: false,
  acknowledged: true,
  words: '说明供者复检结果及后续检测安排',
  ...over,
});

export const pregnancyReported = (over: object = {}) => ({
  pregnancy: PREGNANCY,
  patient: PATIENT,
  of: 'patient',
  reporter: 'staff-0008',
  birthExpected: '2027-08-01',
  ...over,
});
