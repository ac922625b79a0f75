import { declareDeviations } from '../deviation/index.ts';
import { batch } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(batch);
