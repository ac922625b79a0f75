import { shipments as domain } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

export const shipments = table('shipments', {
  status: 'text',
  shipper: 'text',
  consignee: 'text',
  carrier: 'text',
  container: 'text',
  logger: 'text',
  packed_at: 'text',
  departed_at: 'text',
  received_at: 'text',
  closed_as: 'text',
  limits: 'text',
});

/** Keyed by excursion. */
export const excursions = table('excursions', {
  beyond_limit: 'integer',
  minutes_outside: 'real',
  minimum: 'text',
  maximum: 'text',
  detected_at: 'text',
  assessed: 'text',
  assessed_at: 'text',
});

function statusAfter(rows: Rows, from: readonly string[], to: string): { status?: string } {
  const held = rows.get(shipments, ONE)?.status ?? 'none';
  return from.includes(held) ? { status: to } : {};
}

export const shipmentHandlers: readonly Handler[] = [
  on(domain.packed, ({ data, actor, occurredAt }, rows) => {
    const held = rows.get(shipments, ONE);
    rows.put(shipments, ONE, {
      ...held,
      status: held?.status ?? 'packed',
      shipper: held?.shipper ?? actor.org,
      consignee: held?.consignee ?? data.consignee,
      carrier: data.carrier ?? held?.carrier ?? null,
      container: data.container.id,
      logger: data.logger ?? held?.logger ?? null,
      packed_at: held?.packed_at ?? occurredAt,
    });
  }),
  on(domain.manifestListed, ({ data }, rows) => {
    if (data.limits) rows.change(shipments, ONE, { limits: json(data.limits) });
  }),
  on(domain.departed, ({ data, occurredAt }, rows) => {
    const held = rows.get(shipments, ONE);
    rows.put(shipments, ONE, {
      ...held,
      carrier: data.carrier ?? held?.carrier ?? null,
      departed_at: held?.departed_at ?? occurredAt,
      ...statusAfter(rows, ['packed', 'handed-over'], 'departed'),
    });
  }),
  on(domain.handedOver, ({ data }, rows) => {
    const held = rows.get(shipments, ONE);
    rows.put(shipments, ONE, {
      ...held,
      carrier: data.to === held?.consignee ? held.carrier : data.to,
      ...statusAfter(rows, ['packed', 'departed'], 'handed-over'),
    });
  }),
  on(domain.received, ({ occurredAt }, rows) => {
    const held = rows.get(shipments, ONE);
    rows.put(shipments, ONE, {
      ...held,
      received_at: held?.received_at ?? occurredAt,
      status: held?.status === 'closed' ? 'closed' : 'received',
    });
  }),
  on(domain.closed, ({ data }, rows) => {
    rows.put(shipments, ONE, { ...rows.get(shipments, ONE), status: 'closed', closed_as: data.reason });
  }),
  on(domain.excursionDetected, ({ data, occurredAt }, rows) => {
    const held = rows.get(excursions, data.excursion);
    rows.put(excursions, data.excursion, {
      ...held,
      beyond_limit: data.beyondLimit ? 1 : 0,
      minutes_outside: data.minutesOutside,
      minimum: data.minimum,
      maximum: data.maximum,
      detected_at: held?.detected_at ?? occurredAt,
    });
  }),
  on(domain.excursionAssessed, ({ data, occurredAt, recordedAt }, rows) => {
    rows.change(excursions, data.excursion, { assessed: data.outcome, assessed_at: occurredAt ?? recordedAt });
  }),
];
