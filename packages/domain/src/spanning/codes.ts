import { coded } from '../vocabulary/index.ts';

export const DeviationCategory = coded({
  'out-of-specification': { zh: '检验超标', en: 'out of specification' },
  process: { zh: '工艺', en: 'process' },
  environment: { zh: '环境', en: 'environment' },
  equipment: { zh: '设备', en: 'equipment' },
  material: { zh: '物料', en: 'material' },
  labelling: { zh: '标签', en: 'labelling' },
  transport: { zh: '运输', en: 'transport' },
  documentation: { zh: '记录', en: 'documentation' },
  computer: { zh: '计算机化系统', en: 'computerised system' },
  other: { zh: '其他', en: 'other' },
});

export const RootCauseCategory = coded({
  person: { zh: '人员', en: 'person' },
  machine: { zh: '设备', en: 'machine' },
  material: { zh: '物料', en: 'material' },
  method: { zh: '方法', en: 'method' },
  environment: { zh: '环境', en: 'environment' },
  measurement: { zh: '测量', en: 'measurement' },
  donor: { zh: '供者', en: 'donor' },
  'not-found': { zh: '未查明', en: 'not found' },
});

/** Phase I looks at the laboratory, phase II at the manufacture (FDA guidance on out-of-specification results, 2022). */
export const OosPhase = coded({
  I: { zh: '第一阶段：实验室', en: 'phase I: laboratory' },
  II: { zh: '第二阶段：生产', en: 'phase II: manufacture' },
});

export const OosConclusion = coded({
  'laboratory-error': { zh: '实验室差错', en: 'laboratory error shown' },
  confirmed: { zh: '超标成立', en: 'result confirmed' },
  inconclusive: { zh: '无法判定', en: 'inconclusive' },
});

export const DeviationImpact = coded({
  none: { zh: '无影响', en: 'none' },
  'product-affected': { zh: '影响产品', en: 'product affected' },
  'patient-affected': { zh: '影响患者', en: 'patient affected' },
  'not-determinable': { zh: '无法确定', en: 'cannot be determined' },
});
