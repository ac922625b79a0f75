import { declareDeviations } from '../deviation/index.ts';
import { release } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(release);
