/** Valid data of every fact about a room, for specs. */
export const ROOM = '0192f5c4-0000-7000-8000-0000000000f0';
export const SESSION = '0192f5c4-0000-7000-8000-0000000000f1';
export const OTHER_SESSION = '0192f5c4-0000-7000-8000-0000000000f2';
export const BATCH = '0192f5c4-0000-7000-8000-0000000000b0';
export const OTHER_BATCH = '0192f5c4-0000-7000-8000-0000000000b2';

export const registered = (over: object = {}) => ({ code: 'GMP-3', grade: 'B', cabinets: ['BSC-01', 'BSC-02'], ...over });

export const lineCleared = (over: object = {}) => ({
  outcome: 'passed',
  checks: ['no-material-left', 'no-label-left', 'disinfected'],
  operator: 'staff-0001',
  verifier: 'staff-0002',
  ...over,
});

export const result = (over: object = {}) => ({
  point: 'BSC-01-S1',
  kind: 'settle-plate',
  value: '0',
  unit: '{CFU}',
  alert: '1',
  action: '1',
  ...over,
});

export const monitoringRecorded = (...results: readonly object[]) => ({
  sampledAt: '2026-11-16T10:00:00+08:00',
  results: results.length > 0 ? results : [result()],
});

export const sessionOpened = (over: object = {}) => ({
  session: SESSION,
  cabinet: 'BSC-01',
  batch: BATCH,
  operator: 'staff-0001',
  ...over,
});

export const sessionClosed = (over: object = {}) => ({ session: SESSION, operator: 'staff-0001', ...over });
