import { declareCorrections } from '../correction/index.ts';
import { treatment } from './state.ts';

export const corrected = declareCorrections(treatment);
