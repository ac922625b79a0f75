import { declareDeviations } from '../deviation/index.ts';
import { declareCorrections } from './corrections.ts';
import { correction } from './state.ts';

export const corrected = declareCorrections(correction);
export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(correction);
