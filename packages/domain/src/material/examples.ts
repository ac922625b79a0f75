/** Valid data of every fact about a material, for specs. */
export const SERUM = '0192f5c4-0000-7000-8000-0000000000c0';
export const BASE_MEDIUM = '0192f5c4-0000-7000-8000-0000000000c1';
export const COMPLETE_MEDIUM = '0192f5c4-0000-7000-8000-0000000000c2';
export const SAMPLE = '0192f5c4-0000-7000-8000-0000000000e5';

const DIGEST = 'A'.repeat(43);
const millilitres = (value: string) => ({ value, unit: 'mL', what: 'volume' });

export const received = (over: object = {}) => ({
  kind: 'serum',
  name: 'fetal bovine serum',
  supplier: 'Nanbei Biological',
  maker: 'Nanbei Biological',
  lot: 'NB-FBS-2411',
  expiry: '2029-11-30',
  quantity: millilitres('500'),
  origin: 'animal',
  species: 'Bos taurus',
  country: 'AU',
  certificate: { digest: DIGEST, number: 'COA-2411' },
  condition: 'accepted',
  temperature: { minimum: '-24.1', maximum: '-18.2' },
  operator: 'staff-0001',
  verifier: 'staff-0002',
  ...over,
});

export const prepared = (over: object = {}) => ({
  kind: 'medium',
  name: 'complete medium',
  lot: 'CM-2606-01',
  expiry: '2026-12-31',
  quantity: millilitres('500'),
  parents: [
    { material: BASE_MEDIUM, quantity: millilitres('450') },
    { material: SERUM, quantity: millilitres('50') },
  ],
  procedure: 'SOP-MED-02 v5',
  operator: 'staff-0001',
  verifier: 'staff-0002',
  ...over,
});

export const drawn = (over: object = {}) => ({ into: COMPLETE_MEDIUM, quantity: millilitres('50'), ...over });
export const sampled = (over: object = {}) => ({ sample: SAMPLE, laboratory: 'qc-lab', tests: ['mycoplasma'], ...over });
export const released = (over: object = {}) => ({ documents: [{ title: 'COA-2411', digest: DIGEST }], ...over });
export const rejected = (over: object = {}) => ({ reason: 'failed-specification', ...over });
export const opened = (over: object = {}) => ({ container: 'B3', inUseExpiry: '2026-11-27T09:00:00+08:00', ...over });
export const recalled = (over: object = {}) => ({ reason: 'contamination', class: 'II', notice: 'NB-R-26-07', ...over });
