import { declareDeviations } from '../deviation/index.ts';
import { person } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(person);
