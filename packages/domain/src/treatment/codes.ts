import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** Why cells of an ineligible or undetermined donor are used all the same (21 CFR 1271.65(b)(1), 1271.60(d)). */
export const ExceptionGround = coded({
  'urgent-medical-need': { zh: '紧急医疗需要', en: 'urgent medical need' },
  relative: { zh: '一、二级血亲供者', en: 'donor is a first- or second-degree blood relative' },
});
export type ExceptionGround = z.infer<typeof ExceptionGround>;
