import { declareCorrections } from '../correction/index.ts';
import { material } from './state.ts';

export const corrected = declareCorrections(material);
