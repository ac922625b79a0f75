import { batches } from '@cytoledger/domain';
import { type Role, type Service, service } from '@cytoledger/service-kit';

const OPERATORS: readonly Role[] = ['lab.operator', 'lab.qa'];
const OWN = { by: OPERATORS, as: ['owner'] } as const;
/** Units are handled by whoever holds them: in the laboratory, and later at the bedside. */
const HELD = {
  by: [...OPERATORS, 'hospital.nurse', 'hospital.coordinator'],
  as: ['owner', 'custodian', 'treating-site'],
} as const;

export const preparation: Service = service(
  'preparation',
  { en: 'Preparation of batches and units', zh: '批次与单元制备' },
  (lab) => {
    lab.fact('POST /v1/batches/:batchId', batches.opened, { by: OPERATORS, as: 'any' });
    lab.fact('POST /v1/batches/:batchId/materials', batches.materialUsed, OWN);
    lab.fact('POST /v1/batches/:batchId/isolations', batches.isolated, OWN);
    lab.fact('POST /v1/batches/:batchId/passages', batches.passaged, OWN);
    lab.fact('POST /v1/batches/:batchId/expansions', batches.expanded, OWN);
    lab.fact('POST /v1/batches/:batchId/transductions', batches.transduced, OWN);
    lab.fact('POST /v1/batches/:batchId/harvests', batches.harvested, OWN);
    lab.fact('POST /v1/batches/:batchId/splits', batches.split, OWN);
    lab.fact('POST /v1/batches/:batchId/split-closure', batches.splitClosed, OWN);
    lab.fact('POST /v1/batches/:batchId/labels', batches.unitLabelled, OWN);
    lab.fact('POST /v1/batches/:batchId/cryopreservations', batches.unitCryopreserved, OWN);
    lab.fact('POST /v1/batches/:batchId/storages', batches.unitStored, HELD);
    lab.fact('POST /v1/batches/:batchId/moves', batches.unitMoved, HELD);
    lab.fact('POST /v1/batches/:batchId/retrievals', batches.unitRetrieved, HELD);
    lab.fact('POST /v1/batches/:batchId/thaws', batches.unitThawed, HELD);
    lab.fact('POST /v1/batches/:batchId/samples', batches.unitSampled, OWN);
  },
);
