import { table } from '@cytoledger/read-models';

export const shipments = table('shipments', {
  status: 'text',
  shipper: 'text',
  consignee: 'text',
  carrier: 'text',
  departed_at: 'text',
  received_at: 'text',
  lowest: 'text',
  highest: 'text',
});

/** Keyed by excursion. */
export const excursions = table('excursions', {
  beyond_limit: 'integer',
  detected_at: 'text',
  minimum: 'text',
  maximum: 'text',
  cumulative_minutes: 'text',
  assessed: 'text',
  assessed_at: 'text',
});
