import { declareDeviations } from '../deviation/index.ts';
import { treatment } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(treatment);
