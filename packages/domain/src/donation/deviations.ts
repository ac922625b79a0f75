import { declareDeviations } from '../deviation/index.ts';
import { donation } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(donation);
