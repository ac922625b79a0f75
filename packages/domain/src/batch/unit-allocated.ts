import { z } from 'zod';
import { sameChain } from '../identifiers/index.ts';
import { authorisation, broken, type Check, type Context, record } from '../kernel/index.ts';
import { treatment } from '../treatment/state.ts';
import { OrganisationId, Pseudonym, Uuid } from '../vocabulary/index.ts';
import { asOf } from './gate-moment.ts';
import { isRescueOf } from './gate-rescue.ts';
import { hospitalRules } from './hospital-rules.ts';
import { type BatchState, batch, dispositionOf, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';
import { restrictionFaults } from './unit-restrictions.ts';

const Allocated = z.strictObject({
  unit: Uuid,
  treatment: Uuid,
  patient: Pseudonym.describe('Of the treatment; said again, so that a slip in the treatment’s number is noticed'),
  site: OrganisationId.describe('Organisation that treats'),
});
type Allocated = z.output<typeof Allocated>;

/** Reserves a unit for a patient: what is released, or what the treatment's physician signed for as rescue. A later allocation to the same treatment changes nothing; to another one only after the first is closed. */
export const unitAllocated = authorisation(batch, 'unit-allocated', {
  title: { en: 'Unit allocated to a treatment', zh: '单元分配' },
  schema: Allocated,

  decide: (data, state, context) => {
    const unit = state.units.get(data.unit);
    if (!unit) return record(broken(hospitalRules.unitsUnknown, '/unit', { unit: data.unit }));
    const name = nameOf(unit);
    const disposition = dispositionOf(state, unit);
    const isRescue = isRescueOf(state, unit, context.state(treatment, data.treatment));
    return record(
      treatmentFaults(data, state, context, isRescue),
      isRescue && broken(hospitalRules.allocationRescue, '/unit', { unit: name }),
      unit.end !== null && broken(hospitalRules.unitEnded, '/unit', { unit: name, end: unit.end }),
      (disposition ? disposition.kind === 'rejected' : !isRescue) &&
        broken(hospitalRules.allocationNotReleased, '/unit', { unit: name }),
      disposition?.exception &&
        disposition.exception.treatment !== data.treatment &&
        broken(hospitalRules.allocationExceptional, '/treatment', { unit: name, treatment: disposition.exception.treatment }),
      restrictionFaults(hospitalRules.allocationRestricted, state, unit, asOf(null, context), '/unit'),
      elsewhere(unit, data.treatment, context),
    );
  },

  evolve: (state, { id, data }) => {
    const unit = state.units.get(data.unit);
    if (unit) {
      unit.allocation = { event: id, treatment: data.treatment, patient: data.patient, site: data.site };
      if (unit.returned) unit.returned = null;
    }
    state.treatingSites.add(data.site);
  },
});

function treatmentFaults(
  { treatment: id, patient, site }: Allocated,
  state: BatchState,
  context: Context,
  isRescue: boolean,
): Check {
  const planned = context.state(treatment, id);
  if (!planned?.planned) return broken(hospitalRules.treatmentUnknown, '/treatment', { treatment: id });
  const coi = planned.coi ?? '–';
  return [
    planned.patient !== patient && broken(hospitalRules.allocationPatientDiffers, '/patient', { treatment: id, patient }),
    planned.site !== site &&
      broken(hospitalRules.allocationSiteDiffers, '/site', { treatment: id, planned: planned.site ?? '?', site }),
    state.autologous &&
      !sameChain(state.coi, planned.coi) &&
      broken(hospitalRules.allocationCoi, '/treatment', { batch: state.coi ?? '–', treatment: coi }),
    planned.product !== null &&
      !isRescue &&
      planned.product !== state.product?.id &&
      broken(hospitalRules.allocationProduct, '/treatment', { treatment: id }),
    planned.closed !== null && broken(hospitalRules.allocationClosed, '/treatment', { treatment: id }),
  ];
}

function elsewhere(unit: Unit, treatmentId: string, context: Context): Check {
  const other = unit.allocation?.treatment;
  // What came back from a hospital is not kept for its patient any more.
  if (other === undefined || other === treatmentId || unit.returned) return undefined;
  const isFree = context.state(treatment, other)?.closed != null;
  return !isFree && broken(hospitalRules.allocatedElsewhere, '/unit', { unit: nameOf(unit), treatment: other });
}
