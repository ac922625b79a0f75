import { declareCorrections } from '../correction/index.ts';
import { declareDeviations } from '../deviation/index.ts';
import { inspection, query } from './state.ts';

export const queryCorrected = declareCorrections(query);
export const queryDeviations = declareDeviations(query);
export const inspectionCorrected = declareCorrections(inspection);
export const inspectionDeviations = declareDeviations(inspection);
