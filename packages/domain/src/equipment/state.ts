import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';
import type { EquipmentKind } from './codes.ts';

export type EquipmentState = {
  readonly id: string;
  readonly deviations: Deviations;
  /** Organisation that keeps it: the first to say anything of it. */
  owner: string | null;
  /** As batch records and labels on the device name it. */
  code: string | null;
  kind: EquipmentKind | null;
  needsCalibration: boolean;
  /** In order of what happened. */
  readonly qualifications: Qualification[];
  readonly calibrations: Calibration[];
  /** Times in which it is not to be relied on, by failure. */
  readonly failures: Map<string, Failure>;
  readonly alarms: Map<string, Alarm>;
};

export type Qualification = { readonly event: string; readonly at: number; readonly seq: number; readonly passed: boolean };

export type Calibration = {
  readonly event: string;
  /** Milliseconds since 1970; an unknown time is older than every known one. */
  readonly at: number;
  readonly seq: number;
  readonly fit: boolean;
  /** Last local day on which it counts. */
  readonly due: string;
};

export type Failure = {
  readonly id: string;
  readonly event: string;
  /** Milliseconds since 1970; both ends as stated. */
  readonly since: number;
  until: number | null;
};

export type Alarm = { readonly id: string; readonly since: number; until: number | null };

/** A device whose failing would touch cells: cabinet, incubator, tank, counter. */
export const equipment = aggregate<EquipmentState>('equipment', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    owner: null,
    code: null,
    kind: null,
    needsCalibration: false,
    qualifications: [],
    calibrations: [],
    failures: new Map(),
    alarms: new Map(),
  }),
  relations: (state, org) => (state.owner === org ? ['owner'] : []),
});

/** Puts an entry where it belongs by when it happened: paper comes late. */
export function inOrder<T extends { readonly at: number; readonly seq: number }>(held: T[], entry: T): void {
  const after = held.findIndex((each) => each.at > entry.at || (each.at === entry.at && each.seq > entry.seq));
  if (after < 0) held.push(entry);
  else held.splice(after, 0, entry);
}
