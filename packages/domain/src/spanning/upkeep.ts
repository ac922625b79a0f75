import { declareCorrections } from '../correction/index.ts';
import { declareDeviations } from '../deviation/index.ts';
import { spanning } from './state.ts';

export const corrected = declareCorrections(spanning);
export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(spanning);
