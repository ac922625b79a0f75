/** Valid data of every fact about a shipment, for specs. */
export const SHIPMENT = '0192f5c4-0000-7000-8000-000000005e01';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const UNIT = '0192f5c4-0000-7000-8000-00000000e001';
export const OTHER_UNIT = '0192f5c4-0000-7000-8000-00000000e002';

export const LIMITS = { minimum: '-196', maximum: '-150', cumulativeMinutes: 10 } as const;

export const packed = (over: object = {}) => ({
  units: [
    { batch: BATCH, unit: UNIT },
    { batch: BATCH, unit: OTHER_UNIT },
  ],
  consignee: 'hospital-b',
  carrier: 'carrier-c',
  container: { id: 'DS-07', qualification: 'VAL-2026-11' },
  limits: LIMITS,
  ...over,
});

export const manifestListed = (over: object = {}) => ({ units: packed().units, ...over });

/** One reading a minute from 15:00 on, in °C. */
export const readingsRecorded = (...celsius: string[]) => ({
  readings: celsius.map((value, minute) => ({ at: `2026-11-21T15:${String(minute).padStart(2, '0')}:00+08:00`, celsius: value })),
});

export const excursionAssessed = (excursion: string, over: object = {}) => ({
  excursion,
  outcome: 'acceptable',
  basis: 'stability-data',
  assessor: 'staff-0007',
  ...over,
});

export const handedOver = (over: object = {}) => ({
  from: 'lab-a',
  to: 'carrier-c',
  givenBy: 'staff-0001',
  takenBy: 'courier-01',
  ...over,
});

export const received = (over: object = {}) => ({ condition: 'accepted', ...over });
