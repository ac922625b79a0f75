import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

export const ClearanceOutcome = coded({
  passed: { zh: '合格', en: 'passed' },
  failed: { zh: '不合格', en: 'failed' },
});

/** What is looked for when a line is cleared (药品生产质量管理规范（2010年修订）第194条). */
export const ClearanceCheck = coded({
  'no-material-left': { zh: '无上批物料', en: 'no material of the batch before' },
  'no-document-left': { zh: '无上批文件', en: 'no document of the batch before' },
  'no-label-left': { zh: '无上批标签', en: 'no label of the batch before' },
  'waste-removed': { zh: '废弃物已清除', en: 'waste removed' },
  'surfaces-cleaned': { zh: '表面已清洁', en: 'surfaces cleaned' },
  disinfected: { zh: '已消毒', en: 'disinfected' },
  'status-sign': { zh: '状态标识已更新', en: 'status sign changed' },
});

export const MonitoringKind = coded({
  'settle-plate': { zh: '沉降菌', en: 'settle plate' },
  'contact-plate': { zh: '表面微生物（接触碟）', en: 'contact plate' },
  'active-air': { zh: '浮游菌', en: 'active air sample' },
  'glove-print': { zh: '手套指印', en: 'glove print' },
  'gown-plate': { zh: '洁净服表面微生物', en: 'gown plate' },
  'particles-0.5': { zh: '悬浮粒子 ≥0.5 µm', en: 'particles ≥ 0.5 µm' },
  'particles-5': { zh: '悬浮粒子 ≥5 µm', en: 'particles ≥ 5 µm' },
  'pressure-difference': { zh: '压差', en: 'pressure difference' },
  temperature: { zh: '温度', en: 'temperature' },
  humidity: { zh: '相对湿度', en: 'relative humidity' },
  other: { zh: '其他', en: 'other' },
});
export type MonitoringKind = z.infer<typeof MonitoringKind>;
