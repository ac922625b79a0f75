import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

export const DonationKind = coded({
  autologous: { zh: '自体', en: 'autologous' },
  'related-allogeneic': { zh: '异体（亲缘）', en: 'allogeneic, related' },
  allogeneic: { zh: '异体', en: 'allogeneic' },
});
export type DonationKind = z.infer<typeof DonationKind>;

/** Of the donor to the recipient, as 21 CFR 1271.3(g) and (k) count degrees. */
export const Relationship = coded({
  'first-degree': { zh: '一级亲属', en: 'first-degree blood relative' },
  'second-degree': { zh: '二级亲属', en: 'second-degree blood relative' },
  other: { zh: '其他', en: 'other' },
});
export type Relationship = z.infer<typeof Relationship>;

export const ReceiptOutcome = coded({
  accepted: { zh: '接收', en: 'accepted' },
  quarantined: { zh: '待检隔离', en: 'quarantined' },
  rejected: { zh: '拒收', en: 'rejected' },
});
export type ReceiptOutcome = z.infer<typeof ReceiptOutcome>;

export const ReactionSeverity = coded({
  none: { zh: '无', en: 'none' },
  mild: { zh: '轻度', en: 'mild' },
  moderate: { zh: '中度', en: 'moderate' },
  severe: { zh: '重度', en: 'severe' },
});
