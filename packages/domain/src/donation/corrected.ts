import { declareCorrections } from '../correction/index.ts';
import { donation } from './state.ts';

export const corrected = declareCorrections(donation);
