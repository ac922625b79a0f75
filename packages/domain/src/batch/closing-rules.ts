import { rule } from '../kernel/index.ts';

const CONDITIONAL = 'EU GMP Part IV (ATMP) §11.4';

/** What must hold when the results are in that a conditional release waited for. */
export const closingRules = {
  unknown: rule('closing.release-unknown', {
    severity: 'impossible',
    en: 'There is no conditional release {release} of this batch.',
    zh: '本批次没有有条件放行 {release}。',
  }),
  closedBefore: rule('closing.closed-before', {
    severity: 'gate',
    en: 'This conditional release was closed before.',
    zh: '该有条件放行此前已关闭。',
  }),
  nothingFailed: rule('closing.nothing-failed', {
    severity: 'gate',
    en: 'It is closed as failed, and none of the lines that it waited for has failed.',
    zh: '以不合格关闭，但所待项目均未不合格。',
    citation: CONDITIONAL,
    confirmed: false,
    jurisdiction: 'EU',
  }),
  infused: rule('closing.units-infused', {
    severity: 'warn',
    en: '{count} of the units were infused before: their physicians are to be told.',
    zh: '其中 {count} 个单元此前已输注，须通知主管医师。',
    citation: CONDITIONAL,
    confirmed: false,
    jurisdiction: 'EU',
  }),
} as const;
