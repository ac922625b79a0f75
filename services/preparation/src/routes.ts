import { batches, equipment, rooms } from '@cytoledger/domain';
import { type Role, type Service, service, upkeepOf } from '@cytoledger/service-kit';
import { materialRoutes } from './materials.ts';

const OPERATORS: readonly Role[] = ['lab.operator', 'lab.qa'];
const OWN = { by: OPERATORS, as: ['owner'] } as const;
/** Units are handled by whoever holds them: in the laboratory, and later at the bedside. */
const HELD = {
  by: [...OPERATORS, 'hospital.nurse', 'hospital.coordinator'],
  as: ['owner', 'custodian', 'treating-site'],
} as const;

/** Devices and rooms are kept by laboratories, and by hospitals that store, thaw and collect. Who first says anything of one owns its record. */
const KEPT = { by: [...OPERATORS, 'qc.analyst', 'hospital.nurse', 'hospital.coordinator'], as: ['owner'] } as const;
const KEPT_UPKEEP = { ...KEPT, closedBy: ['lab.qa', 'lab.qp', 'hospital.physician'] } as const;

export const preparation: Service = service(
  'preparation',
  { en: 'Preparation of batches and units', zh: '批次与单元制备' },
  (lab) => {
    lab.fact('POST /v1/batches/:batchId', batches.opened, { by: OPERATORS, as: 'any' });
    lab.fact('POST /v1/batches/:batchId/legacy-import', batches.legacyImported, { by: OPERATORS, as: 'any' });
    lab.fact('POST /v1/batches/:batchId/materials', batches.materialUsed, OWN);
    lab.fact('POST /v1/batches/:batchId/isolations', batches.isolated, OWN);
    lab.fact('POST /v1/batches/:batchId/passages', batches.passaged, OWN);
    lab.fact('POST /v1/batches/:batchId/expansions', batches.expanded, OWN);
    lab.fact('POST /v1/batches/:batchId/transductions', batches.transduced, OWN);
    lab.fact('POST /v1/batches/:batchId/harvests', batches.harvested, OWN);
    lab.fact('POST /v1/batches/:batchId/splits', batches.split, OWN);
    lab.fact('POST /v1/batches/:batchId/split-closure', batches.splitClosed, OWN);
    lab.fact('POST /v1/batches/:batchId/label-issues', batches.labelIssued, OWN);
    lab.fact('POST /v1/batches/:batchId/labels', batches.unitLabelled, OWN);
    // A label becomes unreadable wherever the unit is.
    lab.fact('POST /v1/batches/:batchId/relabellings', batches.unitRelabelled, HELD);
    lab.fact('POST /v1/batches/:batchId/label-reconciliations', batches.labelsReconciled, OWN);
    lab.fact('POST /v1/batches/:batchId/cryopreservations', batches.unitCryopreserved, OWN);
    lab.fact('POST /v1/batches/:batchId/storages', batches.unitStored, HELD);
    lab.fact('POST /v1/batches/:batchId/moves', batches.unitMoved, HELD);
    lab.fact('POST /v1/batches/:batchId/retrievals', batches.unitRetrieved, HELD);
    lab.fact('POST /v1/batches/:batchId/thaws', batches.unitThawed, HELD);
    lab.fact('POST /v1/batches/:batchId/samples', batches.unitSampled, OWN);
    materialRoutes(lab);

    lab.fact('POST /v1/equipment/:equipmentId/qualifications', equipment.qualified, KEPT);
    lab.fact('POST /v1/equipment/:equipmentId/calibrations', equipment.calibrated, KEPT);
    lab.fact('POST /v1/equipment/:equipmentId/failures', equipment.failedSince, KEPT);
    lab.fact('POST /v1/equipment/:equipmentId/alarms', equipment.alarm, KEPT);
    lab.fact('POST /v1/equipment/:equipmentId/returns', equipment.returned, KEPT);
    lab.upkeep('/v1/equipment/:equipmentId', upkeepOf(equipment), KEPT_UPKEEP);

    lab.fact('POST /v1/rooms/:roomId', rooms.registered, KEPT);
    lab.fact('POST /v1/rooms/:roomId/clearances', rooms.lineCleared, KEPT);
    lab.fact('POST /v1/rooms/:roomId/monitoring', rooms.monitoringRecorded, KEPT);
    lab.fact('POST /v1/rooms/:roomId/sessions', rooms.sessionOpened, KEPT);
    lab.fact('POST /v1/rooms/:roomId/sessions/:session/closure', rooms.sessionClosed, { ...KEPT, fill: { session: 'session' } });
    lab.upkeep('/v1/rooms/:roomId', upkeepOf(rooms), KEPT_UPKEEP);
  },
);
