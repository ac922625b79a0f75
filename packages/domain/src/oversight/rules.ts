import { rule } from '../kernel/index.ts';

export const oversightRules = {
  dueReversed: rule('query.due-before-raised', {
    severity: 'finding',
    en: 'The answer is asked for by {dueBy}, which is before the query was raised.',
    zh: '要求在 {dueBy} 前答复，早于提出时间。',
    deviation: 'minor',
  }),
  answeredLate: rule('query.answered-late', {
    severity: 'finding',
    en: 'The answer was due by {dueBy}.',
    zh: '应于 {dueBy} 前答复。',
    deviation: 'minor',
  }),
  answeredByOther: rule('query.answered-by-other', {
    severity: 'finding',
    en: '{org} answers what {to} was asked.',
    zh: '{org} 代 {to} 答复。',
  }),
  queryClosed: rule('query.closed', {
    severity: 'warn',
    en: 'The query was closed before this was recorded.',
    zh: '本记录录入前质询已关闭。',
  }),
  closedUnanswered: rule('query.closed-unanswered', {
    severity: 'warn',
    en: 'The query is closed without an answer.',
    zh: '质询未获答复即关闭。',
  }),
  findingUnknown: rule('inspection.finding-unknown', {
    severity: 'finding',
    en: 'Finding {finding} is not one of this inspection.',
    zh: '缺陷项 {finding} 不属于本次检查。',
    deviation: 'minor',
  }),
  rectifiedLate: rule('inspection.rectified-late', {
    severity: 'finding',
    en: 'The rectification of finding {finding} was due on {due}.',
    zh: '缺陷项 {finding} 应于 {due} 完成整改。',
  }),
  rectifiedByOther: rule('inspection.rectified-by-other', {
    severity: 'finding',
    en: '{org} reports the rectification of findings at {site}.',
    zh: '{org} 代 {site} 报告整改。',
  }),
  closedUnrectified: rule('inspection.closed-with-open-findings', {
    severity: 'finding',
    en: 'The inspection is closed while {count} findings are not rectified.',
    zh: '检查关闭时尚有 {count} 项缺陷未整改。',
  }),
  inspectionClosed: rule('inspection.closed', {
    severity: 'warn',
    en: 'The inspection was closed before this was recorded.',
    zh: '本记录录入前检查已关闭。',
  }),
} as const;
