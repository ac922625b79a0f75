import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { ClosingReason } from './codes.ts';
import { shipmentRules } from './rules.ts';
import { openExcursions, shipment } from './state.ts';

/** Nothing more is expected of it. Units of a cancelled shipment can be packed again. */
export const closed = fact(shipment, 'closed', {
  title: { en: 'Shipment closed', zh: '运单关闭' },
  schema: withPersonal({ reason: ClosingReason, remarks: personal(z.string().max(2000)) }),

  decide: ({ reason }, state) =>
    record(
      reason === 'completed' && state.receivedBy === null && broken(shipmentRules.closedUnreceived, '/reason'),
      reason === 'cancelled' && state.departed !== null && broken(shipmentRules.cancelledAfterDeparture, '/reason'),
      reason === 'lost' && broken(shipmentRules.lost, '/reason', { count: state.manifest.length }),
      reason === 'completed' &&
        openExcursions(state)
          .filter(({ assessed }) => assessed === null)
          .map(({ id }) => broken(shipmentRules.closedWithExcursion, '/reason', { excursion: id })),
    ),

  evolve: (state) => {
    state.status = 'closed';
  },
});
