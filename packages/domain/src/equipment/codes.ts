import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

export const EquipmentKind = coded({
  'safety-cabinet': { zh: '生物安全柜', en: 'biological safety cabinet' },
  isolator: { zh: '隔离器', en: 'isolator' },
  incubator: { zh: '培养箱', en: 'incubator' },
  bioreactor: { zh: '生物反应器', en: 'bioreactor' },
  centrifuge: { zh: '离心机', en: 'centrifuge' },
  'cell-separator': { zh: '细胞分离设备', en: 'cell separator' },
  'cell-counter': { zh: '细胞计数仪', en: 'cell counter' },
  'flow-cytometer': { zh: '流式细胞仪', en: 'flow cytometer' },
  'filling-device': { zh: '分装设备', en: 'filling device' },
  'rate-freezer': { zh: '程序降温仪', en: 'controlled-rate freezer' },
  'storage-tank': { zh: '液氮罐', en: 'liquid-nitrogen tank' },
  freezer: { zh: '低温冰箱', en: 'freezer' },
  refrigerator: { zh: '冷藏箱', en: 'refrigerator' },
  'thawing-device': { zh: '复苏设备', en: 'thawing device' },
  shipper: { zh: '运输容器', en: 'shipper' },
  'temperature-logger': { zh: '温度记录仪', en: 'temperature logger' },
  balance: { zh: '天平', en: 'balance' },
  pipette: { zh: '移液器', en: 'pipette' },
  sensor: { zh: '监测探头', en: 'sensor' },
  analyser: { zh: '检验仪器', en: 'analyser' },
  other: { zh: '其他', en: 'other' },
});
export type EquipmentKind = z.infer<typeof EquipmentKind>;

/** Stages of qualification (EU GMP Annex 15 §3). */
export const QualificationStage = coded({
  installation: { zh: '安装确认', en: 'installation qualification' },
  operational: { zh: '运行确认', en: 'operational qualification' },
  performance: { zh: '性能确认', en: 'performance qualification' },
  requalification: { zh: '再确认', en: 'requalification' },
});

export const Outcome = coded({
  passed: { zh: '通过', en: 'passed' },
  failed: { zh: '未通过', en: 'failed' },
});

/** Against the tolerance of the calibration plan. */
export const Tolerance = coded({
  within: { zh: '在允差内', en: 'within tolerance' },
  outside: { zh: '超出允差', en: 'outside tolerance' },
  'not-determined': { zh: '未测定', en: 'not determined' },
});
export type Tolerance = z.infer<typeof Tolerance>;

export const FailureMode = coded({
  'out-of-tolerance': { zh: '失准', en: 'out of tolerance' },
  breakdown: { zh: '故障停机', en: 'breakdown' },
  contamination: { zh: '污染', en: 'contamination' },
  'power-failure': { zh: '断电', en: 'power failure' },
  'loss-of-containment': { zh: '屏障失效', en: 'loss of containment' },
  'temperature-not-held': { zh: '温度失控', en: 'temperature not held' },
  'level-low': { zh: '液位不足', en: 'level too low' },
  'record-lost': { zh: '记录丢失', en: 'record lost' },
  other: { zh: '其他', en: 'other' },
});

export const AlarmKind = coded({
  'temperature-high': { zh: '高温', en: 'temperature high' },
  'temperature-low': { zh: '低温', en: 'temperature low' },
  'level-low': { zh: '液位低', en: 'level low' },
  'gas-concentration': { zh: '气体浓度异常', en: 'gas concentration' },
  pressure: { zh: '压力异常', en: 'pressure' },
  airflow: { zh: '气流异常', en: 'airflow' },
  power: { zh: '断电', en: 'power' },
  door: { zh: '门未关', en: 'door open' },
  communication: { zh: '通信中断', en: 'no signal' },
  other: { zh: '其他', en: 'other' },
});

/** Why it may be used again. */
export const ReturnGround = coded({
  repaired: { zh: '已修复', en: 'repaired' },
  adjusted: { zh: '已调整', en: 'adjusted and calibrated' },
  requalified: { zh: '已再确认', en: 'requalified' },
  cleaned: { zh: '已清洁消毒', en: 'cleaned and disinfected' },
  'no-fault-found': { zh: '未发现故障', en: 'no fault found' },
  other: { zh: '其他', en: 'other' },
});
