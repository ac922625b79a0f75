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

export const WITHDRAWAL = '0192f5c4-0000-7000-8000-0000000000f0';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const DONATION = '0192f5c4-0000-7000-8000-00000000d001';
export const INFORMATION = '0192f5c4-0000-7000-8000-0000000000f1';
export const LINK = '0192f5c4-0000-7000-8000-0000000000f2';
export const ALIAS = 'donor-0077';
export const APPROVERS = ['staff-0003', 'staff-0004'] as const;

export const withdrawalDecided = (over: object = {}) => ({
  withdrawal: WITHDRAWAL,
  batches: [{ batch: BATCH, decision: 'keep' }],
  decider: 'staff-0003',
  ...over,
});

export const postDonationInformationReceived = (over: object = {}) => ({
  information: INFORMATION,
  kind: 'risk-exposure',
  knownSince: '2026-11-10',
  source: 'donor',
  words: '供者来电告知捐献前三周纹身',
  ...over,
});

export const retested = (results: Readonly<Record<string, string>> = {}, over: object = {}) => ({
  tests: Object.entries({
    'anti-hiv-1-2': 'non-reactive',
    hbsag: 'non-reactive',
    'anti-hbc': 'non-reactive',
    'anti-hcv': 'non-reactive',
    syphilis: 'non-reactive',
    ...results,
  }).map(([marker, result]) => tested(marker, result, '2026-11-20T09:00:00+08:00')),
  donations: [DONATION],
  ...over,
});

export const linked = (over: object = {}) => ({
  link: LINK,
  with: ALIAS,
  evidence: ['identity-document', 'hospital-record'],
  approvers: [...APPROVERS],
  ...over,
});

export const unlinked = (over: object = {}) => ({
  link: LINK,
  reason: 'typing-differs',
  approvers: [...APPROVERS],
  ...over,
});

export const died = (over: object = {}) => ({ source: 'hospital', ...over });
