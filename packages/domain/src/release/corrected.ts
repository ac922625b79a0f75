import { declareCorrections } from '../correction/index.ts';
import { release } from './state.ts';

export const corrected = declareCorrections(release);
