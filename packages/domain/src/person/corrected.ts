import { declareCorrections } from '../correction/index.ts';
import { person } from './state.ts';

export const corrected = declareCorrections(person);
