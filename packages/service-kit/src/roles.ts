/** What a token may say its bearer is. The platform's own role `platform.policy` is carried by no token. */
export const ROLES = [
  'lab.operator',
  'lab.qa',
  'lab.qp',
  'qc.analyst',
  'hospital.nurse',
  'hospital.physician',
  'hospital.coordinator',
  'courier',
  'site.admin',
  'platform.admin',
  'oversight',
  'auditor',
  'log.monitor',
  'patient',
] as const;

export type Role = (typeof ROLES)[number];

export const LABORATORY: readonly Role[] = ['lab.operator', 'lab.qa', 'lab.qp'];
export const HOSPITAL: readonly Role[] = ['hospital.nurse', 'hospital.physician', 'hospital.coordinator'];

export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && (ROLES as readonly string[]).includes(value);
}

export const ROLE_TITLES: Readonly<Record<Role, { readonly en: string; readonly zh: string }>> = {
  'lab.operator': { en: 'Laboratory operator', zh: '制备操作人员' },
  'lab.qa': { en: 'Quality assurance', zh: '质量保证人员' },
  'lab.qp': { en: 'Qualified person', zh: '质量受权人' },
  'qc.analyst': { en: 'Testing laboratory analyst', zh: '检验人员' },
  'hospital.nurse': { en: 'Nurse', zh: '护士' },
  'hospital.physician': { en: 'Physician', zh: '医师' },
  'hospital.coordinator': { en: 'Study coordinator', zh: '研究协调员' },
  courier: { en: 'Courier', zh: '承运人员' },
  'site.admin': { en: "Administrator of an organisation's staff and keys", zh: '机构管理员' },
  'platform.admin': { en: 'Platform administrator', zh: '平台管理员' },
  oversight: { en: 'Quality-control centre (oversight)', zh: '质控中心（监管）' },
  auditor: { en: 'Auditor with a grant', zh: '获授权审计员' },
  'log.monitor': { en: 'Monitor of the log', zh: '日志监测方' },
  patient: { en: 'Patient', zh: '患者' },
};
