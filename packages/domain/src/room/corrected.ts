import { declareCorrections } from '../correction/index.ts';
import { room } from './state.ts';

export const corrected = declareCorrections(room);
