import { declareDeviations } from '../deviation/index.ts';
import { key, product, site, staff, study } from './state.ts';

export const siteDeviations = declareDeviations(site);
export const studyDeviations = declareDeviations(study);
export const productDeviations = declareDeviations(product);
export const staffDeviations = declareDeviations(staff);
export const keyDeviations = declareDeviations(key);
