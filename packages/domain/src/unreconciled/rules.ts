import { rule } from '../kernel/index.ts';

export const unreconciledRules = {
  sameApprover: rule('unreconciled.approved-by-same-person', {
    severity: 'finding',
    en: '{by} both reconciled this report and approved it.',
    zh: '{by} 既进行了核对又自行批准。',
    citation: 'EU GMP Part IV (ATMP) §6.13; 药品记录与数据管理要求（试行）2020 第十二条',
    confirmed: false,
  }),
  reconciledBefore: rule('unreconciled.reconciled-before', {
    severity: 'warn',
    en: 'This report was reconciled before; the newest reconciliation counts.',
    zh: '该报告此前已核对，以最新核对结果为准。',
  }),
  nowhere: rule('unreconciled.no-target', {
    severity: 'finding',
    en: 'A report that belongs to a record has to name that record.',
    zh: '核对结论为归属某记录时，须写明该记录。',
    deviation: 'minor',
  }),
} as const;
