import { declareCorrections } from '../correction/index.ts';
import { shipment } from './state.ts';

export const corrected = declareCorrections(shipment);
