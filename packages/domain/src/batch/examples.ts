/** Valid data of every laboratory-side fact about a batch, for specs. */
export const BATCH = '0192f5c4-0000-7000-8000-0000000000b0';
export const SOURCE_BATCH = '0192f5c4-0000-7000-8000-0000000000b1';
export const DONATION = '0192f5c4-0000-7000-8000-0000000000d0';
export const PRODUCT = '0192f5c4-0000-7000-8000-0000000000a0';
export const STUDY = '0192f5c4-0000-7000-8000-0000000000a1';
export const SAMPLE = '0192f5c4-0000-7000-8000-0000000000e0';
export const LABORATORY = 'lab-a';

const DIGEST = 'A'.repeat(43);

/** Id of the n-th unit. */
export const unitId = (n: number) => `0192f5c4-0000-7000-8000-00000001${n.toString(16).padStart(4, '0')}`;
/** Id of the n-th label. */
export const labelId = (n: number) => `0192f5c4-0000-7000-8000-00000002${n.toString(16).padStart(4, '0')}`;

export const cells = (value: string, more: object = {}) => ({
  value,
  unit: '10*6.{cells}',
  what: 'viable',
  basis: 'measured',
  ...more,
});

export const opened = (over: object = {}) => ({
  identifiers: [{ scheme: 'local', site: LABORATORY, kind: 'batch', value: 'HUCMSC-P4-20261121-01' }],
  product: { id: PRODUCT, specification: 1 },
  study: STUDY,
  inputs: [{ donation: DONATION }],
  autologous: false,
  tier: 'none',
  passageCeiling: 5,
  ...over,
});

export const originsResolved = (over: object = {}) => ({
  donations: [DONATION],
  batches: [],
  regime: 'cn-818-clinical-research',
  ...over,
});

export const openingAbandoned = (over: object = {}) => ({ opening: BATCH, ...over });

export const step = (over: object = {}) => ({ operator: 'staff-0001', verifier: 'staff-0002', ...over });
export const isolated = (over: object = {}) => step({ passage: 0, room: 'GMP-3', grade: 'B', ...over });
export const passaged = (over: object = {}) => step({ passage: 1, confluence: '85', ...over });
export const expanded = (over: object = {}) => step({ vessels: [{ kind: 'CF-10', count: 2, lot: 'V1' }], ...over });
export const harvested = (over: object = {}) => step({ output: [cells('100')], viability: '96.5', ...over });
export const transduced = (over: object = {}) =>
  step({ vector: 'LV-BGLOB', lot: 'LV-07', multiplicityOfInfection: '20', vectorCopyNumber: '1.8', ...over });

export const materialUsed = (over: object = {}) => ({
  name: 'FBS',
  supplier: 'Gibco',
  lot: 'S2611',
  expiry: '2027-03-31',
  quantity: { value: '500', unit: 'mL', what: 'volume' },
  role: 'contact',
  origin: 'animal',
  ...over,
});

export const unitMade = (n: number, over: object = {}) => ({
  id: unitId(n),
  kind: 'cryobag',
  ordinal: n,
  containerLot: 'C1',
  ...over,
});

/** `count` bags numbered from 1. */
export const split = (count = 3, over: object = {}) => ({
  units: Array.from({ length: count }, (_, i) => unitMade(i + 1)),
  operator: 'staff-0001',
  verifier: 'staff-0002',
  ...over,
});

export const splitClosed = (units = 3, over: object = {}) => ({ units, ...over });

export const label = (n: number, over: object = {}) => ({
  unit: unitId(n),
  label: labelId(n),
  contentDigest: DIGEST,
  encodedData: `=G123417654321${n}`,
  scanBack: 'match',
  ...over,
});

export const unitLabelled = (count = 3, over: object = {}) => ({
  labels: Array.from({ length: count }, (_, i) => label(i + 1)),
  template: { id: 'LBL-07', version: '3' },
  operator: 'staff-0001',
  ...over,
});

export const unitCryopreserved = (over: object = {}) => ({
  scope: 'whole-batch',
  cryoprotectants: [{ name: 'DMSO', percent: '10', lot: 'D1' }],
  rateCurve: DIGEST,
  device: 'CRF-2',
  ...over,
});

export const unitStored = (over: object = {}) => ({
  scope: 'whole-batch',
  tank: 'LN2-1',
  rack: 'R2',
  box: 'B05',
  phase: 'vapour',
  ...over,
});

export const unitMoved = (over: object = {}) => unitStored({ tank: 'LN2-2', ...over });

export const unitRetrieved = (over: object = {}) => ({ scope: { units: [unitId(1)] }, purpose: 'shipment', ...over });

export const unitThawed = (over: object = {}) => ({
  scope: { units: [unitId(1)] },
  device: 'WB-1',
  start: '2026-11-21T14:00:00+08:00',
  end: '2026-11-21T14:05:00+08:00',
  bagIntegrity: 'intact',
  expiry: '2026-11-21T18:05:00+08:00',
  ...over,
});

export const unitConsumed = (n = 1, into = SOURCE_BATCH) => ({ unit: unitId(n), into });
export const unitReturnedToStock = (n = 1, into = SOURCE_BATCH) => unitConsumed(n, into);

export const unitSampled = (over: object = {}) => ({ sample: SAMPLE, laboratory: 'qc-lab', material: 'product', ...over });

export const result = (over: object = {}) => ({
  test: 'viability',
  method: 'SOP-QC-011',
  methodVersion: '4',
  line: '1',
  value: { value: '96.5', unit: '%' },
  limit: { op: '≥', value: '95', unit: '%' },
  verdict: 'pass',
  analyst: 'staff-0011',
  reviewer: 'staff-0012',
  ...over,
});

export const testRecorded = (...results: readonly object[]) => ({
  report: 'QC-2026-1121',
  results: results.length > 0 ? results : [result()],
});

export const quarantined = (over: object = {}) => ({ scope: 'whole-batch', reason: 'deviation', ...over });
export const held = (over: object = {}) => ({ scope: 'whole-batch', reason: 'excursion', ...over });
export const lifted = (restriction: string, over: object = {}) => ({ restriction, reason: 'investigation-closed', ...over });

export const released = (over: object = {}) => ({ scope: 'whole-batch', reviewed: { seq: 0, leaf: DIGEST }, ...over });
export const conditionallyReleased = (over: object = {}) =>
  released({ pendingTests: ['2'], riskBenefit: { assessment: DIGEST }, ...over });
export const rejected = (over: object = {}) => released({ reason: 'failed-specification', ...over });

export const labelIssued = (count = 3, over: object = {}) => ({
  count,
  labels: Array.from({ length: count }, (_, i) => labelId(i + 1)),
  template: { id: 'LBL-07', version: '3' },
  printer: 'ZT-411-2',
  operator: 'staff-0003',
  ...over,
});

/** The n-th unit’s first label gives way to label 100 + n. */
export const relabelling = (n: number, over: object = {}) => ({
  unit: unitId(n),
  old: labelId(n),
  label: labelId(100 + n),
  contentDigest: DIGEST,
  encodedData: `=G12341765432${100 + n}`,
  scanBack: 'match',
  ...over,
});

export const unitRelabelled = (over: object = {}, ...labels: readonly object[]) => ({
  labels: labels.length > 0 ? labels : [relabelling(1)],
  reason: 'unreadable',
  oldLabels: 'destroyed',
  witness: 'staff-0002',
  template: { id: 'LBL-07', version: '3' },
  operator: 'staff-0001',
  ...over,
});

export const labelsReconciled = (over: object = {}) => ({
  issued: 3,
  applied: 3,
  spoiled: 0,
  returned: 0,
  unaccounted: 0,
  operator: 'staff-0003',
  verifier: 'staff-0002',
  ...over,
});

/** Part k of the n-th unit. */
export const partId = (n: number, k: number) => `0192f5c4-0000-7000-8000-00000004${(n * 100 + k).toString(16).padStart(4, '0')}`;

const millilitres = (value: string) => ({ value, unit: 'mL', what: 'volume' });

/** The n-th unit, drawn up into so many syringes of 10 mL. */
export const unitReconstituted = (n = 1, syringes = 2, over: object = {}) => ({
  unit: unitId(n),
  diluents: [{ name: 'NaCl 0.9 %', supplier: 'Kelun', lot: 'NS-2611', expiry: '2027-12-31', volume: millilitres('10') }],
  volume: millilitres('20'),
  ...(syringes > 0 && {
    syringes: Array.from({ length: syringes }, (_, k) => ({
      id: partId(n, k + 1),
      number: k + 1,
      volume: millilitres('10'),
    })),
  }),
  expiry: '2026-11-21T19:00:00+08:00',
  operator: 'nurse-0001',
  verifier: 'nurse-0002',
  ...over,
});

export const unitDamaged = (over: object = {}) => ({
  units: [unitId(1)],
  integrity: 'leaking',
  stage: 'before-thaw',
  fate: 'kept-for-assessment',
  witness: 'staff-0002',
  ...over,
});

export const unitReturned = (over: object = {}) => ({
  from: 'hospital-b',
  to: LABORATORY,
  reason: 'treatment-cancelled',
  units: [{ unit: unitId(1), condition: 'accepted' }],
  temperature: { minimum: '-192', maximum: '-171' },
  ...over,
});

const TREATMENT = '0192f5c4-0000-7000-8000-00000000fe01';

export const infusionStarted = (over: object = {}) => ({
  unit: unitId(1),
  treatment: TREATMENT,
  patient: 'patient-0001',
  secondChecker: 'nurse-0002',
  device: 'PUMP-3',
  operator: 'nurse-0001',
  ...over,
});

export const infusionInterrupted = (over: object = {}) => ({
  unit: unitId(1),
  treatment: TREATMENT,
  reason: 'line-occluded',
  fraction: '20',
  ...over,
});

export const infusionEnded = (over: object = {}) => ({
  unit: unitId(1),
  treatment: TREATMENT,
  reason: 'adverse-reaction',
  fraction: '40',
  remainder: { quantity: millilitres('30'), fate: 'discarded', witness: 'nurse-0002' },
  ...over,
});
