import { rule } from '../kernel/index.ts';

/** What must hold of a release that waits for its second signature. */
export const preparationRules = {
  contentUnreadable: rule('release.content-unreadable', {
    severity: 'impossible',
    en: 'What was signed is not the content of a release.',
    zh: '所签内容不是放行内容。',
  }),
  contentOther: rule('release.content-other', {
    severity: 'impossible',
    en: 'What was signed has {found} as its {member}, and {expected} is expected.',
    zh: '所签内容的 {member} 为 {found}，应为 {expected}。',
  }),
  notPrepared: rule('release.not-prepared', {
    severity: 'impossible',
    en: 'No release is prepared under this id.',
    zh: '该编号下没有待签的放行。',
  }),
  withdrawnBefore: rule('release.withdrawn-before', {
    severity: 'warn',
    en: 'This preparation was withdrawn before.',
    zh: '该放行准备此前已撤回。',
  }),
  effective: rule('release.effective', {
    severity: 'gate',
    en: 'The release took effect with its second signature; it is answered by a quarantine, a rejection or a recall.',
    zh: '放行已由第二人签名生效；须以隔离、判不合格或召回处理。',
  }),
} as const;
