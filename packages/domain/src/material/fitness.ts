import { broken, type Check, type Context } from '../kernel/index.ts';
import { instant, localDateOf } from '../time/index.ts';
import { materialRules } from './rules.ts';
import { type MaterialState, material } from './state.ts';

/** How a rule calls a lot to an organisation: another's by the id that was named, since its record is not theirs to read. */
export function lotOf(
  { lot, name, id, owner }: MaterialState,
  to: string | null = owner,
): { readonly lot: string; readonly material: string } {
  return owner === to ? { lot: lot || id, material: name || id } : { lot: id, material: '–' };
}

/** What speaks against using a lot at a moment, as its own record has it: recorded all the same, since it was used. */
export function useFaults(
  used: { readonly id: string; readonly state: MaterialState | undefined; readonly at: string },
  { occurredAt, actor }: Pick<Context, 'occurredAt' | 'actor'>,
): Check {
  const { id, state, at } = used;
  if (!state?.made) return broken(materialRules.usedUnknown, at, { material: id });
  if (state.owner !== actor.org) return faultsOfAnother(state, at, actor.org);
  const lot = lotOf(state);
  const day = occurredAt === null ? null : localDateOf(occurredAt);
  const inUse = inUseUntil(state);
  return [
    state.recall !== null && broken(materialRules.usedRecalled, at, lot),
    state.disposition?.kind === 'rejected' && broken(materialRules.usedRejected, at, lot),
    state.disposition === null && broken(materialRules.usedUnreleased, at, lot),
    day !== null &&
      state.expiry !== null &&
      state.expiry < day &&
      broken(materialRules.usedExpired, at, { ...lot, expiry: state.expiry, used: day }),
    occurredAt !== null &&
      inUse !== null &&
      instant(inUse) < instant(occurredAt) &&
      broken(materialRules.usedAfterInUse, at, { ...lot, inUse, used: occurredAt }),
  ];
}

/** Of a lot in another's records nothing is told but what speaks against giving the cells. */
function faultsOfAnother(state: MaterialState, at: string, org: string): Check {
  const lot = lotOf(state, org);
  return [
    broken(materialRules.usedOfAnother, at, { material: state.id, org }),
    state.recall !== null && broken(materialRules.usedRecalled, at, lot),
    state.disposition?.kind === 'rejected' && broken(materialRules.usedRejected, at, lot),
  ];
}

/** The latest end of use among the opened containers; null where none was opened, or one has no such end. */
function inUseUntil({ opened }: MaterialState): string | null {
  return opened.reduce<string | null>((last, { inUseExpiry }, n) => {
    if (inUseExpiry === null || (n > 0 && last === null)) return null;
    return last === null || instant(inUseExpiry) > instant(last) ? inUseExpiry : last;
  }, null);
}

/** A lot, and everything that it was made of. `state` is undefined for what has no record. */
export type LotReached = { readonly id: string; readonly state: MaterialState | undefined };

/**
 * Lots and what they were made of, to any depth, each once: a record may name as parent what was recorded later, so that a way may lead back.
 */
export function lotsBehind(ids: Iterable<string>, context: Pick<Context, 'states'>): LotReached[] {
  const reached = new Map<string, MaterialState | undefined>();
  for (let frontier = [...new Set(ids)]; frontier.length > 0; ) {
    const states = context.states(material, frontier);
    for (const id of frontier) reached.set(id, states.get(id));
    const parents = frontier.flatMap((id) => parentsOf(reached.get(id)));
    frontier = [...new Set(parents)].filter((id) => !reached.has(id));
  }
  return [...reached].map(([id, state]) => ({ id, state }));
}

/** Parents that have records of their own. */
export function parentsOf(state: MaterialState | undefined): string[] {
  return state?.parents.flatMap((parent) => ('material' in parent ? [parent.material] : [])) ?? [];
}
