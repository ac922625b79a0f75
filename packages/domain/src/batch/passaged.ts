import { z } from 'zod';
import { step, stepShape } from './processing.ts';

export const passaged = step('passaged', { en: 'Cells passaged', zh: '细胞传代' }, z.strictObject(stepShape));
