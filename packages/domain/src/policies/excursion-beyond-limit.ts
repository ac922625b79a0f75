import { LIST_LIMIT } from '../vocabulary/index.ts';
import {
  addToConditioned,
  CONDITIONED_TYPES,
  type Conditioned,
  emptyConditioned,
  forgetConditioning,
  type Protected,
  protectedIn,
} from './conditioned.ts';
import { escalated } from './escalation.ts';
import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, idIn, type Policy, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';

type Excursion = {
  readonly excursion: string;
  readonly cause: Cause;
  /** By batch: how many lists of it are held. They number the events. */
  readonly lists: Map<string, number>;
};

type Memory = {
  /** By shipment: its units by batch, as the batches confirmed them. */
  readonly loads: Map<string, Map<string, Set<string>>>;
  /** By shipment: excursions beyond the limit that were not assessed as acceptable. */
  readonly excursions: Map<string, Excursion[]>;
  readonly conditioned: Conditioned;
};

const NAME = 'excursion-beyond-limit';

/**
 * A transport went beyond the product's cumulative limit: what travels in it is held until quality assurance has assessed it. A unit that is listed
 * after the excursion is held as well, unless the excursion was found acceptable before. An excursion that is said again holds nothing again.
 *
 * A unit that is meant for a patient who was conditioned is not held: it escalates to the physician named and to quality assurance, whose assessment
 * the gate asks for.
 */
export const excursionBeyondLimit: Policy<Memory> = {
  name: NAME,
  title: { en: 'Excursion beyond the limit: hold what travels', zh: '运输偏离超限：暂停使用在途单元' },
  interestedIn: ['shipment.manifest-listed.', 'shipment.excursion-', ...CONDITIONED_TYPES],
  initial: () => ({ loads: new Map(), excursions: new Map(), conditioned: emptyConditioned() }),

  see: (memory, event) => {
    const { loads, excursions, conditioned } = memory;
    if (!event.type.startsWith('shipment.')) return escalatedSince(memory, addToConditioned(conditioned, event));
    const of = (excursion: Excursion, batch: string, units: readonly string[]) =>
      consequences(conditioned, excursion, batch, units);
    const shipment = idIn(event.stream);
    const load = entryOf(loads, shipment, () => new Map<string, Set<string>>());
    const standing = entryOf(excursions, shipment, () => []);
    if (event.type.startsWith('shipment.manifest-listed.')) {
      const listed = newlyListed(load, event.data as Listed);
      return standing.flatMap((excursion) => [...listed].flatMap(([batch, units]) => of(excursion, batch, units)));
    }
    const { excursion: id, ...said } = event.data as Said;
    if (event.type.startsWith('shipment.excursion-assessed.')) {
      if (said.outcome === 'acceptable') excursions.set(shipment, withoutExcursion(standing, id));
      return [];
    }
    if (!event.type.startsWith('shipment.excursion-detected.') || said.beyondLimit === false) return [];
    if (standing.some((known) => known.excursion === id)) return [];
    const excursion = { excursion: id, cause: causeOf(event), lists: new Map<string, number>() };
    standing.push(excursion);
    return [...load].flatMap(([batch, units]) => of(excursion, batch, [...units]));
  },

  unsee: ({ excursions, conditioned }, { id, stream }) => {
    forgetConditioning(conditioned, { id });
    const shipment = idIn(stream);
    const standing = excursions.get(shipment);
    if (standing) excursions.set(shipment, withoutCause(standing, id));
  },
};

type Listed = { readonly units: readonly { readonly batch: string; readonly unit: string }[] };
type Said = { readonly excursion: string; readonly beyondLimit?: boolean; readonly outcome?: string };

function newlyListed(load: Map<string, Set<string>>, { units }: Listed): Map<string, string[]> {
  const fresh = new Map<string, string[]>();
  for (const { batch, unit } of units) {
    const known = entryOf(load, batch, () => new Set<string>());
    if (known.has(unit)) continue;
    known.add(unit);
    entryOf(fresh, batch, () => []).push(unit);
  }
  return fresh;
}

function withoutExcursion(standing: readonly Excursion[], id: string): Excursion[] {
  return standing.filter(({ excursion }) => excursion !== id);
}

function consequences(conditioned: Conditioned, excursion: Excursion, batch: string, units: readonly string[]): Action[] {
  const spared = protectedIn(conditioned, batch).filter(({ unit }) => units.includes(unit));
  const held = spared.length === 0 ? units : units.filter((unit) => spared.every((each) => each.unit !== unit));
  return [...holds(excursion, batch, held), ...escalation(excursion, spared)];
}

function escalation({ cause }: Excursion, units: readonly Protected[]): readonly Action[] {
  return escalated(NAME, policyRules.excursionConditioned, cause, units);
}

/** The conditioning came second: the units are held already, and those who decide hear of it. */
function escalatedSince({ loads, excursions }: Memory, spared: readonly Protected[]): Action[] {
  if (spared.length === 0) return [];
  return [...excursions].flatMap(([shipment, standing]) =>
    standing.flatMap((excursion) =>
      escalation(
        excursion,
        spared.filter(({ batch, unit }) => loads.get(shipment)?.get(batch)?.has(unit)),
      ),
    ),
  );
}

function holds({ cause, lists }: Excursion, batch: string, units: readonly string[]): Action[] {
  const actions: Action[] = [];
  for (let at = 0; at < units.length; at += LIST_LIMIT) {
    const n = lists.get(batch) ?? 0;
    lists.set(batch, n + 1);
    const scope = { units: units.slice(at, at + LIST_LIMIT) };
    const data = { scope, reason: 'excursion', cause: cause.id };
    actions.push({ policy: NAME, cause, type: 'batch.held.v1', target: batch, data, n });
  }
  return actions;
}
