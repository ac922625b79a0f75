/** Valid data of every fact about a sample, for specs. */
export const SAMPLE = '0192f5c4-0000-7000-8000-0000000000e5';
export const BATCH = '0192f5c4-0000-7000-8000-0000000000b0';
export const LABORATORY = 'qc-lab';

const DIGEST = 'A'.repeat(43);

export const taken = (over: object = {}) => ({
  from: { batch: BATCH },
  matrix: 'supernatant',
  laboratory: LABORATORY,
  quantity: { value: '10', unit: 'mL', what: 'volume' },
  tests: ['sterility', 'mycoplasma'],
  operator: 'staff-0001',
  verifier: 'staff-0002',
  ...over,
});

export const dispatched = (over: object = {}) => ({ to: LABORATORY, carrier: 'courier-a', condition: '2–8 °C', ...over });

export const received = (over: object = {}) => ({
  number: 'L-26-0815',
  temperature: { minimum: '2.4', maximum: '7.1' },
  checkedBy: ['staff-0011'],
  ...over,
});

export const rejected = (over: object = {}) => ({ reasons: ['leaking'], ...over });

export const result = (over: object = {}) => ({
  test: 'mycoplasma',
  method: 'SOP-QC-021',
  value: { value: '0.1', unit: 'EU/mL' },
  limit: { op: '<', value: '0.5', unit: 'EU/mL' },
  verdict: 'pass',
  analyst: 'staff-0011',
  reviewer: 'staff-0012',
  ...over,
});

export const reportIssued = (over: object = {}) => ({ number: 'QC-2026-0815', document: DIGEST, results: [result()], ...over });

export const reportRevised = (supersedes: string, over: object = {}) => ({
  supersedes,
  reason: 'calculation-error',
  ...reportIssued({ number: 'QC-2026-0815/1' }),
  ...over,
});

export const reportWithdrawn = (report: string, over: object = {}) => ({ report, reason: 'wrong-sample', ...over });
export const retained = (over: object = {}) => ({ until: '2028-11-30', place: 'RT-02', ...over });
export const consumed = (over: object = {}) => ({ tests: ['sterility'], ...over });
export const destroyed = (over: object = {}) => ({
  reason: 'retention-ended',
  method: 'autoclaved',
  witness: 'staff-0002',
  ...over,
});
