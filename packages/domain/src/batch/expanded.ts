import { z } from 'zod';
import { step, stepShape } from './processing.ts';

export const expanded = step('expanded', { en: 'Cells expanded', zh: '细胞扩增' }, z.strictObject(stepShape));
