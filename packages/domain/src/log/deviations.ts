import { declareDeviations } from '../deviation/index.ts';
import { log } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(log);
