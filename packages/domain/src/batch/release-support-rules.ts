import { rule } from '../kernel/index.ts';

const MATERIALS = '药品生产质量管理规范（2010年修订）第六章、第230条; EU GMP Part IV (ATMP) §7, §11.3';
const REPORTS = 'ISO/IEC 17025:2017 §7.8.8; EU GMP Part IV (ATMP) §11.3';

/** What a release rests on beside the batch's own record: lots that touched the cells, and the reports of laboratories. */
export const releaseSupportRules = {
  materialUnknown: rule('release.material-unknown', {
    severity: 'gate',
    en: 'Lot {material} was used, and nothing is recorded of it.',
    zh: '所用物料批 {material} 未见任何记录。',
    citation: MATERIALS,
    confirmed: false,
  }),
  materialUnreleased: rule('release.material-not-released', {
    severity: 'gate',
    en: 'Lot {lot} of {material}, which was used or is part of what was used, is not released.',
    zh: '直接使用或所配制物料中含有的 {material} 批号 {lot} 尚未放行。',
    citation: MATERIALS,
    confirmed: false,
  }),
  materialRejected: rule('release.material-rejected', {
    severity: 'gate',
    en: 'Lot {lot} of {material}, which was used or is part of what was used, was rejected.',
    zh: '直接使用或所配制物料中含有的 {material} 批号 {lot} 已判不合格。',
    citation: MATERIALS,
    confirmed: false,
  }),
  materialRecalled: rule('release.material-recalled', {
    severity: 'gate',
    en: 'Lot {lot} of {material}, which was used or is part of what was used, was recalled by its supplier.',
    zh: '直接使用或所配制物料中含有的 {material} 批号 {lot} 已被供应商召回。',
    citation: MATERIALS,
    confirmed: false,
  }),
  sampleRejected: rule('release.sample-rejected', {
    severity: 'gate',
    en: 'Results rest on sample {sample}, which {laboratory} rejected.',
    zh: '检验结果所依据的样品 {sample} 已被 {laboratory} 拒收。',
    citation: REPORTS,
    confirmed: false,
  }),
  reportWithdrawn: rule('release.report-withdrawn', {
    severity: 'gate',
    en: 'Results rest on report {report}, which {laboratory} withdrew.',
    zh: '检验结果所依据的报告 {report} 已由 {laboratory} 撤回。',
    citation: REPORTS,
    confirmed: false,
  }),
  reportRevised: rule('release.report-revised', {
    severity: 'gate',
    en: 'Results rest on report {report}, which {laboratory} revised; what the revision says is not recorded here.',
    zh: '检验结果所依据的报告 {report} 已由 {laboratory} 修订，修订后的结果尚未在此记录。',
    citation: REPORTS,
    confirmed: false,
  }),
} as const;
