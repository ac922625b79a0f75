import { batches, unreconciled } from '@cytoledger/domain';
import { LABORATORY, type ServiceBuilder, upkeepOf } from '@cytoledger/service-kit';
import { correctionProcess } from './correction-routes.ts';
import { oversightRoutes, spanningRoutes } from './oversight-routes.ts';
import { recallProcess } from './recall-routes.ts';

export function recallRoutes(office: ServiceBuilder): void {
  recallProcess(office);
  correctionProcess(office);
  spanningRoutes(office);
  oversightRoutes(office);
  office.fact('POST /v1/batches/:batchId/recalls', batches.recalled, { by: ['lab.qa', 'lab.qp'], as: ['owner'] });
  office.fact('POST /v1/facts/:factId/reconciliation', unreconciled.reconciled, {
    by: [...LABORATORY, 'hospital.physician', 'hospital.coordinator', 'oversight'],
    as: 'any',
  });
  office.upkeep('/v1/facts/:factId', upkeepOf(unreconciled), {
    by: [...LABORATORY, 'hospital.physician', 'hospital.coordinator'],
    as: ['owner'],
    closedBy: ['lab.qa', 'lab.qp', 'hospital.physician'],
  });
}
