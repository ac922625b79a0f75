/** Valid data of every fact about a deviation across records, for specs. */
export const DEVIATION = '0192f5c4-0000-7000-8000-000000000de1';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const ACTION = '0192f5c4-0000-7000-8000-000000000ac1';
export const REPORT = '0192f5c4-0000-7000-8000-0000000007e5';

export const raised = (over: object = {}) => ({
  class: 'major',
  category: 'out-of-specification',
  records: [`batch-${BATCH}`],
  ...over,
});

export const linked = (over: object = {}) => ({
  records: ['room-0192f5c4-0000-7000-8000-000000000a01'],
  deviations: [{ stream: `batch-${BATCH}`, deviation: '0192f5c4-0000-7000-8000-000000000de2' }],
  ...over,
});

export const rootCauseFound = (over: object = {}) => ({ category: 'method', investigator: 'staff-0002', ...over });

export const oosInvestigated = (over: object = {}) => ({
  phase: 'I',
  batch: BATCH,
  report: REPORT,
  conclusion: 'confirmed',
  investigator: 'staff-0002',
  ...over,
});

export const actionPlanned = (over: object = {}) => ({
  action: ACTION,
  kind: 'corrective',
  due: '2026-12-01',
  responsible: 'staff-0002',
  ...over,
});

export const actionDone = (over: object = {}) => ({ action: ACTION, by: 'staff-0002', ...over });

export const closed = (over: object = {}) => ({ impact: 'none', ...over });
