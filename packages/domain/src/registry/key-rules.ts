import { rule } from '../kernel/index.ts';

export const keyRules = {
  wrongId: rule('key.wrong-id', {
    severity: 'impossible',
    en: 'The key {kid} cannot be enrolled in the record of {stream}.',
    zh: '密钥 {kid} 不能登记在 {stream} 的记录中。',
    citation: 'RFC 7638',
  }),
  notVouched: rule('key.not-vouched', {
    severity: 'gate',
    en: 'The enrolment is not signed by {missing}.',
    zh: '密钥登记缺少{missing}的签名。',
    citation: '21 CFR 11.100(b)',
    jurisdiction: 'US',
  }),
  organisationUnknown: rule('key.organisation-unknown', {
    severity: 'gate',
    en: 'The organisation {org} has no registered root key that could vouch for a key.',
    zh: '机构 {org} 没有登记根公钥，无法为密钥作保。',
  }),
  staffUnknown: rule('key.staff-unknown', {
    severity: 'gate',
    en: '{person} is not enrolled at {org}.',
    zh: '{person} 未在 {org} 登记。',
    citation: '21 CFR 11.100(b)',
    jurisdiction: 'US',
  }),
  rolesBeyondStaff: rule('key.roles-beyond-staff', {
    severity: 'gate',
    en: '{person} does not hold the role {role}.',
    zh: '{person} 不具有角色 {role}。',
    citation: '21 CFR 11.10(g)',
    jurisdiction: 'US',
  }),
  enrolledBefore: rule('key.enrolled-before', {
    severity: 'impossible',
    en: 'This key was enrolled before; a revoked key is never enrolled again.',
    zh: '该密钥此前已登记；已吊销的密钥不得重新登记。',
  }),
  revocationUnsigned: rule('key.revocation-not-signed', {
    severity: 'gate',
    en: 'The revocation is not signed by the root key of {org}.',
    zh: '吊销未经 {org} 根密钥签名。',
    citation: '21 CFR 11.300(c)',
    jurisdiction: 'US',
  }),
  revokedBefore: rule('key.revoked-before', {
    severity: 'impossible',
    en: 'The key was revoked before.',
    zh: '该密钥此前已吊销。',
  }),
} as const;
