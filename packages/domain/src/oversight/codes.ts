import { coded } from '../vocabulary/index.ts';

export const QueryTopic = coded({
  record: { zh: '记录疑问', en: 'a record that is not understood' },
  deviation: { zh: '偏差', en: 'a deviation' },
  'adverse-event': { zh: '不良事件', en: 'an adverse event' },
  release: { zh: '放行', en: 'a release' },
  traceability: { zh: '追溯', en: 'traceability' },
  'follow-up': { zh: '随访', en: 'follow-up' },
  consent: { zh: '知情同意', en: 'consent' },
  other: { zh: '其他', en: 'other' },
});

export const QueryEnd = coded({
  answered: { zh: '已答复', en: 'answered' },
  'to-be-inspected': { zh: '转现场检查', en: 'to be inspected' },
  withdrawn: { zh: '撤回', en: 'withdrawn' },
});

export const InspectionKind = coded({
  routine: { zh: '常规检查', en: 'routine' },
  'for-cause': { zh: '有因检查', en: 'for cause' },
  'pre-approval': { zh: '备案前检查', en: 'before approval' },
  'follow-up': { zh: '跟踪检查', en: 'follow-up' },
  unannounced: { zh: '飞行检查', en: 'unannounced' },
});

export const InspectionResult = coded({
  compliant: { zh: '符合要求', en: 'compliant' },
  'compliant-after-rectification': { zh: '整改后符合', en: 'compliant after rectification' },
  'not-compliant': { zh: '不符合要求', en: 'not compliant' },
});
