import { declareCorrections } from '../correction/index.ts';
import { batch } from './state.ts';

export const corrected = declareCorrections(batch);
