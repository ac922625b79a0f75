import { declareCorrections } from '../correction/index.ts';
import { equipment } from './state.ts';

export const corrected = declareCorrections(equipment);
