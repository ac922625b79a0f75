import { INFUSION_TYPES, isInfusion } from './lineage.ts';
import { entryOf } from './memory.ts';
import { idIn, type Seen } from './policy.ts';

/**
 * Units that are meant for patients whose own marrow is gone, or is going: taking such a unit away may cost the life that it is for. What speaks
 * against it escalates to people instead.
 */
export type Conditioned = {
  /** By batch, unit → treatment: the newest allocation, of units that were not begun to be given. */
  readonly allocated: Map<string, Map<string, string>>;
  /** By treatment: batches of which a unit was ever allocated to it. */
  readonly batches: Map<string, Set<string>>;
  readonly given: Map<string, Set<string>>;
  /** By treatment: whom the start of the conditioning names. */
  readonly started: Map<string, Start>;
  /** By the event that closed a treatment: what it ended, should it be taken back. */
  readonly ended: Map<string, { readonly treatment: string; readonly start: Start }>;
};

type Start = { readonly event: string; readonly physician: string };

const ALLOCATED = 'batch.unit-allocated.';
const STARTED = 'treatment.conditioning-started.';
const CLOSED = 'treatment.closed.';

export const CONDITIONED_TYPES = [ALLOCATED, STARTED, CLOSED, ...INFUSION_TYPES] as const;

export function emptyConditioned(): Conditioned {
  return { allocated: new Map(), batches: new Map(), given: new Map(), started: new Map(), ended: new Map() };
}

/** A unit that is not taken away, and who decides about it. */
export type Protected = {
  readonly batch: string;
  readonly unit: string;
  readonly treatment: string;
  /** Staff pseudonym. */
  readonly physician: string;
};

type AllocatedData = { readonly unit: string; readonly treatment: string };

/** Takes the event in; the units that are protected since. */
export function addToConditioned(memory: Conditioned, { id, type, stream, data, corrects }: Seen): readonly Protected[] {
  if (type.startsWith(STARTED)) {
    const treatment = idIn(stream);
    if (corrects !== undefined || memory.started.has(treatment)) return [];
    memory.started.set(treatment, { event: id, physician: (data as { readonly physician: string }).physician });
    return [...(memory.batches.get(treatment) ?? [])].flatMap((batch) =>
      protectedIn(memory, batch).filter((each) => each.treatment === treatment),
    );
  }
  if (type.startsWith(CLOSED)) end(memory, id, idIn(stream));
  const batch = idIn(stream);
  if (type.startsWith(ALLOCATED)) {
    const { unit, treatment } = data as AllocatedData;
    entryOf(memory.batches, treatment, () => new Set<string>()).add(batch);
    entryOf(memory.allocated, batch, () => new Map<string, string>()).set(unit, treatment);
    return protectedIn(memory, batch).filter((each) => each.unit === unit);
  }
  if (isInfusion(type)) {
    const { unit } = data as { readonly unit?: string };
    if (unit !== undefined) entryOf(memory.given, batch, () => new Set<string>()).add(unit);
  }
  return [];
}

/** Whether somebody may wait for a unit no more since: the treatment is over, or the unit is meant for another one. */
export function endsWaiting({ type }: Pick<Seen, 'type'>): boolean {
  return type.startsWith(CLOSED) || type.startsWith(ALLOCATED);
}

/** Nobody waits for the cells any more. */
function end({ started, ended }: Conditioned, event: string, treatment: string): void {
  const start = started.get(treatment);
  if (start) ended.set(event, { treatment, start });
  started.delete(treatment);
}

/** The start of a conditioning was taken back: its units are like any others. Or the closing was: the patient waits for them still. */
export function forgetConditioning(memory: Conditioned, { id }: Pick<Seen, 'id'>): void {
  const reopened = memory.ended.get(id);
  if (reopened) memory.started.set(reopened.treatment, reopened.start);
  memory.ended.delete(id);
  for (const [closing, { start }] of memory.ended) if (start.event === id) memory.ended.delete(closing);
  for (const [treatment, { event }] of memory.started) if (event === id) memory.started.delete(treatment);
}

export function protectedIn({ allocated, given, started }: Conditioned, batch: string): Protected[] {
  return [...(allocated.get(batch) ?? [])].flatMap(([unit, treatment]) => {
    const conditioning = started.get(treatment);
    if (!conditioning || given.get(batch)?.has(unit)) return [];
    return [{ batch, unit, treatment, physician: conditioning.physician }];
  });
}
