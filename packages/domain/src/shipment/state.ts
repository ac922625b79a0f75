import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';
import type { CrossingKind } from './codes.ts';

export type ShipmentState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'packed' | 'departed' | 'handed-over' | 'received' | 'closed';
  /** Event of the departure; a handover may come before or after it. */
  departed: string | null;
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
  readonly readings: {
    count: number;
    lowest: string | null;
    highest: string | null;
    /** Newest temperature by the logger's clock. */
    last: { readonly at: string; readonly celsius: string } | null;
  };
  /** Merged, ascending intervals outside the limits, in milliseconds since 1970; a reading holds until the next of its logger. */
  outside: readonly Interval[];
  /** By logger: its newest reading. */
  readonly loggers: Map<string, LastReading>;
  /** By logger: when each of its downloads began, in milliseconds since 1970. */
  readonly starts: Map<string, readonly number[]>;
  /** Event of the receipt; null until then. */
  receivedBy: string | null;
  readonly excursions: Map<string, Excursion>;
  /** Permissions to cross a border. `validUntil`: RFC 3339 date, the last day; null where no paper has one. */
  readonly crossings: { readonly event: string; readonly kind: CrossingKind; readonly validUntil: string | null }[];
};

export type Interval = { readonly from: number; readonly until: number };

export type LastReading = { readonly at: number; readonly outside: boolean };

export type Excursion = {
  readonly id: string;
  readonly event: string;
  /** Beyond the minutes that the products allow outside their limits, summed over the transport. */
  readonly beyondLimit: boolean;
  /** Minutes outside the limits, summed over the transport until the newest reading. */
  minutesOutside: number;
  /** °C, of the readings outside; null where nothing was measured. */
  readonly minimum: string | null;
  readonly maximum: string | null;
  assessed: { readonly event: string; readonly outcome: 'acceptable' | 'not-acceptable' } | null;
};

export const shipment = aggregate<ShipmentState>('shipment', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    departed: null,
    shipper: null,
    consignee: null,
    carrier: null,
    intended: [],
    manifest: [],
    limits: null,
    readings: { count: 0, lowest: null, highest: null, last: null },
    outside: [],
    loggers: new Map(),
    starts: new Map(),
    receivedBy: null,
    excursions: new Map(),
    crossings: [],
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
