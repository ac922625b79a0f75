import { declareDeviations } from '../deviation/index.ts';
import { equipment } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(equipment);
