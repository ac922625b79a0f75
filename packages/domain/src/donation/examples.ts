/** Valid data of every fact about a donation, for specs. */
export const DONATION = '0192f5c4-0000-7000-8000-0000000000d0';
export const BATCH = '0192f5c4-0000-7000-8000-0000000000b0';
export const DIN = { scheme: 'isbt128-din', value: 'G123417654321A' } as const;
export const COI = 'CHG123417654321';

const DONOR = 'donor-0001';

export const registered = (over: object = {}) => ({ donor: DONOR, kind: 'allogeneic', identifiers: [DIN], ...over });

export const collected = (over: object = {}) => ({
  donor: DONOR,
  source: 'umbilical-cord',
  quantities: [{ value: '40', unit: 'g', what: 'mass', basis: 'measured' }],
  container: { lot: 'C2611' },
  operator: 'staff-0001',
  labelledBeforeDisconnection: true,
  ...over,
});

export const received = (over: object = {}) => ({
  outcome: 'accepted',
  seal: { number: 'S-1', intact: true },
  temperature: { minimum: '2.1', maximum: '7.9' },
  transitHours: '5.5',
  checkedBy: ['staff-0002', 'staff-0003'],
  ...over,
});

export const materialIssued = (over: object = {}) => ({ into: BATCH, ...over });

export const materialReturned = (over: object = {}) => ({ into: BATCH, ...over });

export const discarded = (over: object = {}) => ({
  reason: 'process-remainder',
  method: 'incinerated',
  discarder: 'staff-0001',
  witness: 'staff-0002',
  ...over,
});
