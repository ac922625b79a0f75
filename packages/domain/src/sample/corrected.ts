import { declareCorrections } from '../correction/index.ts';
import { sample } from './state.ts';

export const corrected = declareCorrections(sample);
