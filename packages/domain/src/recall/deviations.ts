import { declareDeviations } from '../deviation/index.ts';
import { recall } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(recall);
