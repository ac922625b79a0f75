import { declareCorrections } from '../correction/index.ts';
import { key, product, site, staff, study } from './state.ts';

export const siteCorrected = declareCorrections(site);
export const studyCorrected = declareCorrections(study);
export const productCorrected = declareCorrections(product);
export const staffCorrected = declareCorrections(staff);
export const keyCorrected = declareCorrections(key);
