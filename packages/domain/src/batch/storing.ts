import { z } from 'zod';
import { Hands } from '../checks/index.ts';
import { broken, type Check, latest, type Recorded } from '../kernel/index.ts';
import { LIST_LIMIT, Scope, SiteCode, SiteId, Uuid } from '../vocabulary/index.ts';
import { batchRules } from './rules.ts';
import { unitsIn } from './scoped.ts';
import { noteSlot, unitsInSlot } from './slot-index.ts';
import type { BatchState, Place, Unit } from './state.ts';
import { Devices } from './working.ts';

/** Where units are put: one box for all, and slots one by one where they are known. */
export const storingShape = {
  scope: Scope,
  site: SiteId.optional().describe('The reporting organisation when left out'),
  tank: SiteCode,
  rack: SiteCode.optional(),
  box: SiteCode.optional(),
  slot: SiteCode.optional().describe('Of a single unit'),
  slots: z
    .array(z.strictObject({ unit: Uuid, slot: SiteCode }))
    .max(LIST_LIMIT)
    .optional()
    .describe('Slot of each unit in the box'),
  phase: z.enum(['vapour', 'liquid']).optional().describe('Phase of the liquid nitrogen'),
  ...Devices,
  ...Hands,
} as const;

const Stored = z.strictObject(storingShape);
export type Stored = z.output<typeof Stored>;

export const STORING_CORRECTS = [
  'site',
  'tank',
  'rack',
  'box',
  'slot',
  'slots',
  'phase',
  'equipmentIds',
  'operator',
  'verifier',
  'occurredAt',
];

export function put(state: BatchState, event: Recorded<Stored>): void {
  const { data } = event;
  const slots = new Map(data.slots?.map(({ unit, slot }) => [unit, slot]));
  for (const unit of unitsIn(state, data.scope)) {
    unit.place = latest(unit.place, event, placeOf(data, event.actor.org, slots.get(unit.id) ?? data.slot));
    if (unit.place.event === event.id) unit.retrieved = false;
    noteSlot(state, unit);
  }
}

function placeOf({ site, tank, rack, box, phase }: Stored, org: string, slot: string | undefined): Place {
  return { site: site ?? org, tank, ...(rack && { rack }), ...(box && { box }), ...(slot && { slot }), ...(phase && { phase }) };
}

/** Slots named belong to units of the batch, and hold nothing else: neither of this batch before nor twice in this entry. */
export function slotFaults(data: Stored, units: readonly Unit[], state: BatchState): Check {
  const named = new Map(data.slots?.map(({ unit, slot }) => [unit, slot]));
  const unknown = data.slots?.map(
    ({ unit }, i) => !state.units.has(unit) && broken(batchRules.unitUnknown, `/slots/${i}/unit`, { unit }),
  );
  if (data.slot === undefined && named.size === 0) return unknown;
  const wanted = new Map<string, string>();
  const clashes = units.map((unit) => {
    const slot = named.get(unit.id) ?? data.slot;
    if (slot === undefined) return undefined;
    const other = wanted.get(slot);
    wanted.set(slot, unit.id);
    return other !== undefined && occupied(data, slot, other);
  });
  const moved = new Set(units.map(({ id }) => id));
  const { tank, rack, box } = data;
  const standing = [...wanted.keys()].flatMap((slot) =>
    unitsInSlot(state, { tank, rack, box, slot }).flatMap(({ id }) => (moved.has(id) ? [] : [occupied(data, slot, id)])),
  );
  return [unknown, clashes, standing];
}

function occupied({ tank, rack = '–', box = '–' }: Stored, slot: string, other: string): Check {
  return broken(batchRules.slotOccupied, '/slot', { tank, rack, box, slot, other });
}
