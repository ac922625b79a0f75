import { declareDeviations } from '../deviation/index.ts';
import { unreconciled } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(unreconciled);
