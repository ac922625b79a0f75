import { broken, type Check, type Context } from '../kernel/index.ts';
import { treatment } from '../treatment/state.ts';
import { hospitalRules } from './hospital-rules.ts';
import type { Unit } from './state.ts';

type Said = { readonly treatment: string; readonly patient?: string | undefined };

/** The patient in the bed is the one for whom the unit was reserved. A rescue may have been reserved by its physician's signature alone: then the treatment says whose it is. */
export function patientFault({ treatment: id, patient }: Said, { allocation }: Unit, context: Pick<Context, 'state'>): Check {
  if (patient === undefined) return undefined;
  const meant = allocation ? allocation.patient : (context.state(treatment, id)?.patient ?? null);
  return (
    meant !== null && meant !== patient && broken(hospitalRules.allocationPatientDiffers, '/patient', { treatment: id, patient })
  );
}
