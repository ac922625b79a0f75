import { declareDeviations } from '../deviation/index.ts';
import { room } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(room);
