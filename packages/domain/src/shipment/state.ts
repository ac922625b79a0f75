import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';

export type ShipmentState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'packed' | 'departed' | 'handed-over' | 'received' | 'closed';
  /** Organisation that packed. */
  shipper: string | null;
  consignee: string | null;
  carrier: string | null;
  /** What the sender says it packed. */
  readonly intended: { readonly batch: string; readonly unit: string }[];
  /** What the batches confirmed. */
  readonly manifest: { readonly batch: string; readonly unit: string }[];
  /** Limits that hold in transit: °C and cumulative minutes outside. */
  limits: { readonly minimum: string; readonly maximum: string; readonly cumulativeMinutes: number } | null;
  readonly readings: { count: number; lowest: string | null; highest: string | null };
  readonly excursions: Map<string, Excursion>;
};

export type Excursion = {
  readonly id: string;
  readonly event: string;
  /** Beyond the minutes that the products allow outside their limits, summed over the transport. */
  readonly beyondLimit: boolean;
  /** Minutes outside the limits, summed over the transport until the newest reading. */
  readonly minutesOutside: number;
  /** °C, of the readings outside. */
  readonly minimum: string;
  readonly maximum: string;
  assessed: { readonly event: string; readonly outcome: 'acceptable' | 'not-acceptable' } | null;
};

export const shipment = aggregate<ShipmentState>('shipment', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    shipper: null,
    consignee: null,
    carrier: null,
    intended: [],
    manifest: [],
    limits: null,
    readings: { count: 0, lowest: null, highest: null },
    excursions: new Map(),
  }),
  relations: (state, org) => [
    ...(state.shipper === org ? (['owner'] as const) : []),
    ...(state.consignee === org ? (['treating-site'] as const) : []),
    ...(state.carrier === org ? (['custodian'] as const) : []),
  ],
});

/** Detected and not yet assessed as acceptable. */
export function openExcursions(state: ShipmentState): Excursion[] {
  return [...state.excursions.values()].filter((excursion) => excursion.assessed?.outcome !== 'acceptable');
}
