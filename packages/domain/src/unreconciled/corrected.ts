import { declareCorrections } from '../correction/index.ts';
import { unreconciled } from './state.ts';

export const corrected = declareCorrections(unreconciled);
