/** Valid data of every fact about equipment, for specs. */
export const EQUIPMENT = '0192f5c4-0000-7000-8000-0000000000c0';
export const FAILURE = '0192f5c4-0000-7000-8000-0000000000c1';
export const ALARM = '0192f5c4-0000-7000-8000-0000000000c2';

export const qualified = (over: object = {}) => ({
  code: 'INC-04',
  kind: 'incubator',
  stage: 'performance',
  outcome: 'passed',
  needsCalibration: true,
  due: '2027-12-31',
  ...over,
});

export const calibrated = (over: object = {}) => ({
  asFound: 'within',
  asLeft: 'within',
  due: '2027-05-31',
  points: [{ what: 'temperature', unit: 'Cel', reference: '37.0', found: '37.1', left: '37.0' }],
  standard: 'PT100-0042',
  ...over,
});

export const failedSince = (over: object = {}) => ({
  failure: FAILURE,
  since: '2026-11-18T22:00:00+08:00',
  mode: 'temperature-not-held',
  ...over,
});

export const alarm = (over: object = {}) => ({
  alarm: ALARM,
  kind: 'temperature-high',
  value: '38.4',
  limit: '38',
  unit: 'Cel',
  ...over,
});

export const returned = (over: object = {}) => ({ ground: 'repaired', ...over });
