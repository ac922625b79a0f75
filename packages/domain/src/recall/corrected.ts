import { declareCorrections } from '../correction/index.ts';
import { recall } from './state.ts';

export const corrected = declareCorrections(recall);
