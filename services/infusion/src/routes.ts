import { batches, treatments } from '@cytoledger/domain';
import { HOSPITAL, LABORATORY, type Role, type Service, service } from '@cytoledger/service-kit';
import { unitGate } from './unit-gate.ts';

const BEDSIDE: readonly Role[] = ['hospital.nurse', 'hospital.physician'];

/** Whoever gave it says so, whether it was meant for them or not. */
const GIVING = { by: HOSPITAL, as: 'any', fill: { unit: 'unitId' } } as const;

/** The patient's side of it, after the batch's: of an infusion that is told in one, and with the end of one that is told in steps. */
const TREATMENT_RECORD = {
  member: 'record',
  fact: treatments.infusionRecorded,
  targetIn: 'treatment',
  permission: { by: HOSPITAL, as: ['owner', 'treating-site'] },
} as const;

export const infusion: Service = service(
  'infusion',
  { en: 'Allocation, bedside check and infusion', zh: '分配、床旁核对与输注' },
  (ward) => {
    ward.fact('POST /v1/batches/:batchId/units/:unitId/allocations', batches.unitAllocated, {
      by: LABORATORY,
      as: ['owner'],
      fill: { unit: 'unitId' },
    });
    ward.query('GET /v1/batches/:batchId/units/:unitId/gate', unitGate);
    // Somebody at the bedside may hold a bag that was never meant for them: the gate tells them so, and what happened is recorded.
    ward.fact('POST /v1/batches/:batchId/units/:unitId/infusion-authorisations', batches.unitInfusionAuthorised, {
      by: BEDSIDE,
      as: ['treating-site', 'custodian'],
      fill: { unit: 'unitId' },
    });
    ward.pair('POST /v1/batches/:batchId/units/:unitId/infusions', {
      title: { en: 'Infusion', zh: '输注' },
      first: { member: 'infusion', fact: batches.unitInfused, ...GIVING },
      second: TREATMENT_RECORD,
    });
    // The same in steps, for who reports while it happens.
    ward.fact('POST /v1/batches/:batchId/units/:unitId/reconstitutions', batches.unitReconstituted, {
      by: [...HOSPITAL, ...LABORATORY],
      as: ['owner', 'custodian', 'treating-site'],
      fill: { unit: 'unitId' },
    });
    ward.fact('POST /v1/batches/:batchId/units/:unitId/infusion-starts', batches.unitInfusionStarted, GIVING);
    ward.fact('POST /v1/batches/:batchId/units/:unitId/infusion-interruptions', batches.unitInfusionInterrupted, GIVING);
    ward.pair('POST /v1/batches/:batchId/units/:unitId/infusion-ends', {
      title: { en: 'End of an infusion', zh: '输注结束' },
      first: { member: 'end', fact: batches.unitInfusionEnded, ...GIVING },
      second: TREATMENT_RECORD,
    });
    ward.fact('POST /v1/batches/:batchId/countersignatures', batches.countersigned, {
      by: [...BEDSIDE, 'lab.qa', 'lab.qp'],
      as: ['owner', 'treating-site', 'custodian'],
    });
    ward.fact('POST /v1/batches/:batchId/units/:unitId/break-glass', batches.breakGlassUsed, {
      by: BEDSIDE,
      as: ['treating-site', 'custodian'],
      fill: { unit: 'unitId' },
    });
    ward.fact('POST /v1/batches/:batchId/break-glass/:event/countersignature', batches.breakGlassCountersigned, {
      by: BEDSIDE,
      as: ['treating-site', 'custodian'],
      fill: { event: 'event' },
    });
    ward.fact('POST /v1/batches/:batchId/discards', batches.unitDiscarded, {
      by: [...HOSPITAL, ...LABORATORY],
      as: ['owner', 'custodian', 'treating-site'],
    });
  },
);
