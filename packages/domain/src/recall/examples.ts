/** Valid data of every fact about a recall, for specs. */
export const RECALL = '0192f5c4-0000-7000-8000-000000000ca1';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const UNITS = [1, 2, 3, 4, 5].map((n) => `0192f5c4-0000-7000-8000-00000000e00${n}`);
export const HOSPITAL = 'hospital-b';
export const OTHER = 'hospital-c';
export const KNOWN_AT = '2026-11-20T08:00:00+08:00';

export const initiated = (over: object = {}) => ({
  mock: false,
  class: 'I',
  reason: 'material-recalled',
  trigger: { kind: 'material-recalled' },
  notice: 'RC-2026-01',
  origin: { kind: 'lot', id: 'FBS-2026-07', supplier: 'Serum Co' },
  position: '4711',
  knownAt: KNOWN_AT,
  batches: [BATCH],
  units: [
    { batch: BATCH, site: HOSPITAL, units: UNITS.slice(0, 3) },
    { batch: BATCH, site: OTHER, units: UNITS.slice(3) },
  ],
  ...over,
});

export const scopeExtended = (over: object = {}) => ({ batches: ['0192f5c4-0000-7000-8000-00000000ba02'], units: [], ...over });

export const noticeSent = (over: object = {}) => ({
  site: HOSPITAL,
  notice: 'RC-2026-01/1',
  deadline: '2026-11-22T08:00:00+08:00',
  contactRole: 'pharmacy',
  ...over,
});

export const acknowledged = (over: object = {}) => ({
  site: HOSPITAL,
  onHand: 0,
  used: 1,
  quarantined: 2,
  destroyed: 0,
  by: 'nurse-0001',
  ...over,
});

export const escalated = (over: object = {}) => ({ site: OTHER, to: 'authority', ...over });

export const unitAccounted = (over: object = {}) => ({ unit: UNITS[3], fate: 'used', ...over });

export const effectivenessChecked = (over: object = {}) => ({
  method: 'telephone',
  sampled: 3,
  confirmed: 3,
  effective: true,
  checkedBy: 'staff-0002',
  ...over,
});

export const closed = (over: object = {}) => ({ outcome: 'completed', ...over });
