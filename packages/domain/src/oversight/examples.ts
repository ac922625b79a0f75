/** Valid data of every fact of oversight, for specs. */
export const QUERY = '0192f5c4-0000-7000-8000-0000000009e1';
export const INSPECTION = '0192f5c4-0000-7000-8000-000000000115';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const CENTRE = 'qc-centre';
export const HOSPITAL = 'hospital-b';

export const queryRaised = (over: object = {}) => ({
  to: HOSPITAL,
  topic: 'traceability',
  about: [`batch-${BATCH}`],
  dueBy: '2026-11-25T18:00:00+08:00',
  ...over,
});

export const queryAnswered = (over: object = {}) => ({ by: 'staff-0009', ...over });

export const queryClosed = (over: object = {}) => ({ outcome: 'answered', ...over });

export const inspectionRecorded = (over: object = {}) => ({
  site: HOSPITAL,
  kind: 'routine',
  findings: [
    { finding: '1', class: 'major' },
    { finding: '2', class: 'minor' },
  ],
  ...over,
});

export const rectificationOrdered = (over: object = {}) => ({ findings: ['1', '2'], due: '2026-12-31', ...over });

export const rectified = (over: object = {}) => ({ findings: ['1', '2'], by: 'staff-0009', ...over });

export const inspectionClosed = (over: object = {}) => ({ result: 'compliant-after-rectification', ...over });
