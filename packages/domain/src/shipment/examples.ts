/** Valid data of every fact about a shipment, for specs. */
export const SHIPMENT = '0192f5c4-0000-7000-8000-000000005e01';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const OTHER_BATCH = '0192f5c4-0000-7000-8000-00000000ba02';
export const UNIT = '0192f5c4-0000-7000-8000-00000000e001';
export const OTHER_UNIT = '0192f5c4-0000-7000-8000-00000000e002';
export const THIRD_UNIT = '0192f5c4-0000-7000-8000-00000000e003';
export const HOSPITAL = 'hospital-b';
export const CARRIER = 'carrier-c';
export const LIMITS = { minimum: '-196', maximum: '-150', cumulativeMinutes: 10 } as const;

export const packed = (over: object = {}) => ({
  units: [
    { batch: BATCH, unit: UNIT },
    { batch: BATCH, unit: OTHER_UNIT },
  ],
  consignee: HOSPITAL,
  carrier: CARRIER,
  container: { id: 'DS-07', kind: 'dry-vapour', qualification: 'VAL-2026-03', qualifiedUntil: '2027-03-31' },
  logger: 'TL-1188',
  seal: 'S-4711',
  packer: 'staff-0001',
  verifier: 'staff-0002',
  ...over,
});

export const manifestListed = (over: object = {}) => ({ units: packed().units, refused: [], limits: LIMITS, ...over });

export const departed = (over: object = {}) => ({ carrier: CARRIER, vehicle: 'CZ-3101', seal: 'S-4711', ...over });

/** One reading a minute from the time given, each of the °C named. */
export const readings = (from: string, ...celsius: readonly string[]) =>
  celsius.map((each, n) => ({ at: new Date(Date.parse(from) + n * 60_000).toISOString(), celsius: each }));

export const readingsRecorded = (over: object = {}) => ({
  logger: 'TL-1188',
  readings: readings('2026-11-21T01:00:00Z', '-182.5', '-181.0', '-180.2'),
  ...over,
});

export const excursionAssessed = (over: object = {}) => ({
  excursion: SHIPMENT,
  outcome: 'acceptable',
  basis: 'stability-data',
  reference: 'STAB-2025-4',
  ...over,
});

export const handedOver = (over: object = {}) => ({
  from: CARRIER,
  to: 'carrier-d',
  giver: 'driver-0001',
  taker: 'driver-0002',
  seal: { number: 'S-4711', intact: true },
  ...over,
});

export const received = (over: object = {}) => ({
  condition: 'accepted',
  seal: { number: 'S-4711', intact: true },
  temperature: { minimum: '-188.1', maximum: '-171.4', logger: 'TL-1188' },
  receivedBy: 'nurse-0001',
  checkedBy: 'nurse-0002',
  ...over,
});

export const closed = (over: object = {}) => ({ reason: 'completed', ...over });

export const crossingAuthorised = (over: object = {}) => ({
  kind: 'hong-kong-macao',
  permits: [
    { kind: 'human-genetic-resources-export', number: 'HGR-2026-0042', validUntil: '2026-12-31' },
    { kind: 'special-articles-quarantine', number: 'SA-4400-26-118', validUntil: '2027-03-31' },
  ],
  authorisedBy: 'staff-0002',
  ...over,
});
