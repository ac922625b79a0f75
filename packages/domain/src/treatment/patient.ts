import { broken, type Check } from '../kernel/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { treatmentRules } from './rules.ts';
import type { TreatmentState } from './state.ts';

/** Said with every entry: the key under which what is personal is kept, and a guard against the wrong chart. */
export const Patient = Pseudonym.describe('Pseudonym of the patient of this treatment');

export function patientFault(patient: string, { patient: planned }: TreatmentState): Check {
  return planned !== null && planned !== patient && broken(treatmentRules.patientDiffers, '/patient', { planned, patient });
}
