import { declareDeviations } from '../deviation/index.ts';
import { material } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(material);
