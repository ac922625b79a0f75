import { declareDeviations } from '../deviation/index.ts';
import { sample } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(sample);
