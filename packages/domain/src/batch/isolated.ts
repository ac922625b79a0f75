import { z } from 'zod';
import { step, stepShape } from './processing.ts';

export const isolated = step('isolated', { en: 'Cells isolated', zh: '细胞分离' }, z.strictObject(stepShape));
