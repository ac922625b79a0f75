/** Valid data of every fact about a person, for specs. */
export const DONOR = 'donor-0001';
export const MOTHER = 'mother-0001';
export const PATIENT = 'patient-0001';
export const CONSENT = '0192f5c4-0000-7000-8000-0000000000c0';

export const registered = (over: object = {}) => ({ role: 'donor', sex: 'female', ...over });

export const tested = (marker: string, result = 'non-reactive', sampledAt = '2026-11-01T09:00:00+08:00') => ({
  marker,
  result,
  sampledAt,
  assay: 'ELISA-2',
  kitLot: 'K2611',
});

/** The mandatory tests, all non-reactive unless said otherwise. */
export const screened = (results: Readonly<Record<string, string>> = {}, over: object = {}) => ({
  risk: 'none-identified',
  tests: Object.entries({
    'anti-hiv-1-2': 'non-reactive',
    hbsag: 'non-reactive',
    'anti-hbc': 'non-reactive',
    'anti-hcv': 'non-reactive',
    syphilis: 'non-reactive',
    ...results,
  }).map(([marker, result]) => tested(marker, result)),
  ...over,
});

export const eligibilityDetermined = (over: object = {}) => ({ status: 'eligible', reviewer: 'staff-0002', ...over });

export const consentGiven = (over: object = {}) => ({
  consent: CONSENT,
  purposes: ['therapy', 'contact'],
  giver: 'self',
  form: 'ICF-01 v3',
  unusedMaterial: 'destroy',
  ...over,
});

export const consentWithdrawn = (over: object = {}) => ({
  consent: CONSENT,
  purposes: 'all',
  effect: 'no-further-use',
  ...over,
});
