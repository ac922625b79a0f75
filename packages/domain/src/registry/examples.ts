/** Valid data of every registry fact, for specs. */
export const STUDY = '0192f5c4-0000-7000-8000-000000000510';
export const PRODUCT = '0192f5c4-0000-7000-8000-0000000009d0';
export const KID = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
export const OTHER_KID = 'poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U';
export const PUBLIC_KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
export const JWS = 'eyJhbGciOiJFZERTQSJ9.e30.c2ln';

export const siteRegistered = (over: object = {}) => ({
  kind: 'laboratory',
  name: { zh: '细胞制备中心甲', en: 'Cell laboratory A' },
  province: 'CN-GD',
  rootKey: PUBLIC_KEY,
  ...over,
});

export const studyFiled = (over: object = {}) => ({
  regime: 'cn-818-clinical-research',
  filingNumber: 'MR-44-26-012345',
  title: { zh: '脐带间充质干细胞治疗膝骨关节炎', en: 'Umbilical-cord MSC in knee osteoarthritis' },
  sites: ['lab-a', 'hospital-b'],
  ...over,
});

export const line = (over: object = {}) => ({
  line: '1',
  test: 'viability',
  method: 'AO/PI v2',
  stage: 'release',
  limit: { op: '≥', value: '90', unit: '%' },
  mandatory: true,
  ...over,
});

export const productSpecified = (over: object = {}) => ({
  version: 1,
  name: { zh: '人脐带间充质干细胞注射液', en: 'Human umbilical-cord MSC injection' },
  autologous: false,
  lines: [
    line(),
    line({ line: '2', test: 'sterility', method: 'BacT v1', limit: { op: 'is', anyOf: ['negative', 'no growth'] } }),
    line({ line: '3', test: 'endotoxin', method: 'LAL v1', limit: { op: '<', value: '0.5', unit: 'EU/mL' } }),
    line({ line: '4', test: 'HGF', method: 'ELISA v1', limit: { op: 'report-only' }, mandatory: false }),
  ],
  transport: { minimum: '-196', maximum: '-150', cumulativeMinutes: 10 },
  thawToInfusionMinutes: 120,
  ...over,
});

export const staffEnrolled = (over: object = {}) => ({ org: 'lab-a', roles: ['lab.operator', 'lab.qa'], ...over });

export const keyEnrolled = (over: object = {}) => ({
  kid: KID,
  publicKey: PUBLIC_KEY,
  org: 'lab-a',
  person: 'staff-0001',
  roles: ['lab.qa'],
  statements: { byOrganisation: JWS, byKey: JWS },
  ...over,
});

export const keyRevoked = (over: object = {}) => ({ reason: 'lost', statements: { byOrganisation: JWS }, ...over });

export const studyAmended = (over: object = {}) => ({
  amendment: 'A1 v2.0',
  parts: ['protocol', 'consent-form'],
  effectiveFrom: '2026-12-01',
  ethicsApproval: 'IEC-2026-118',
  ...over,
});

export const studySuspended = (over: object = {}) => ({ by: 'ethics-committee', reason: 'serious-adverse-event', ...over });
export const studyResumed = (over: object = {}) => ({ reference: 'IEC-2026-131', ...over });

export const studySiteApproved = (over: object = {}) => ({
  site: 'hospital-b',
  ethicsApproval: 'IEC-2026-097',
  investigator: 'staff-0010',
  from: '2026-10-01',
  ...over,
});

export const staffAuthorised = (over: object = {}) => ({
  task: 'passaging',
  sop: 'SOP-CUL-01 v4',
  training: { record: 'TR-2026-041', completed: '2026-09-15', trainer: 'staff-0002' },
  from: '2026-10-01',
  to: '2027-09-30',
  authoriser: 'staff-0002',
  ...over,
});

export const staffSuspended = (over: object = {}) => ({ from: '2026-11-15', reason: 'procedure-changed', ...over });
