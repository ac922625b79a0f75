import { batches, shipments } from '@cytoledger/domain';
import { HOSPITAL, LABORATORY, type Role, type Service, service, upkeepOf } from '@cytoledger/service-kit';

const ON_THE_WAY: readonly Role[] = [...LABORATORY, 'courier', ...HOSPITAL];
const PARTIES = { by: ON_THE_WAY, as: ['owner', 'custodian', 'treating-site'] } as const;

export const logistics: Service = service('logistics', { en: 'Shipments and custody', zh: '运输与保管交接' }, (transport) => {
  transport.fact('POST /v1/shipments/:shipmentId', shipments.packed, { by: [...LABORATORY, ...HOSPITAL], as: ['owner'] });
  transport.fact('POST /v1/shipments/:shipmentId/crossings', shipments.crossingAuthorised, {
    by: ['lab.qa', 'lab.qp'],
    as: ['owner'],
  });
  transport.fact('POST /v1/shipments/:shipmentId/departure', shipments.departed, PARTIES);
  transport.fact('POST /v1/shipments/:shipmentId/readings', shipments.readingsRecorded, PARTIES);
  transport.fact('POST /v1/shipments/:shipmentId/excursions', shipments.excursionDetected, PARTIES);
  transport.fact('POST /v1/shipments/:shipmentId/excursions/:excursion/assessment', shipments.excursionAssessed, {
    by: ['lab.qa', 'lab.qp'],
    as: ['owner'],
    fill: { excursion: 'excursion' },
  });
  transport.fact('POST /v1/shipments/:shipmentId/hand-overs', shipments.handedOver, PARTIES);
  // Who opens a box records what was in it, whether it was meant for them or not.
  transport.fact('POST /v1/shipments/:shipmentId/receipt', shipments.received, { by: [...HOSPITAL, ...LABORATORY], as: 'any' });
  transport.fact('POST /v1/shipments/:shipmentId/closure', shipments.closed, PARTIES);
  transport.upkeep('/v1/shipments/:shipmentId', upkeepOf(shipments), { ...PARTIES, closedBy: ['lab.qa', 'lab.qp'] });
  // Units that came without a shipment record: by courier's hand, or from a system that keeps none.
  transport.fact('POST /v1/batches/:batchId/unit-receipts', batches.unitReceived, {
    by: [...HOSPITAL, ...LABORATORY],
    as: 'any',
    ownOrganisation: 'to',
  });
  transport.fact('POST /v1/batches/:batchId/unit-returns', batches.unitReturned, {
    by: LABORATORY,
    as: 'any',
    ownOrganisation: 'to',
  });
  transport.fact('POST /v1/batches/:batchId/damages', batches.unitDamaged, PARTIES);
  transport.fact('POST /v1/batches/:batchId/unit-departures', batches.unitShipped, {
    by: LABORATORY,
    as: ['owner', 'custodian'],
    ownOrganisation: 'from',
  });
});
