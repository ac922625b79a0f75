import { declareDeviations } from '../deviation/index.ts';
import { shipment } from './state.ts';

export const { raised: deviationRaised, closed: deviationClosed } = declareDeviations(shipment);
