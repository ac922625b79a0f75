import type { Recorded } from '../kernel/index.ts';
import { batchRules } from './rules.ts';
import { isBefore } from './scoped.ts';
import type { BatchState, StepKind } from './state.ts';

/** One of these has to stand before the step. A bank's unit comes already isolated, so it may be cultured or transduced at once. */
const PREDECESSORS: Readonly<Record<StepKind, { readonly anyOf: readonly StepKind[]; readonly orFromBank: boolean }>> = {
  isolated: { anyOf: [], orFromBank: true },
  passaged: { anyOf: ['isolated', 'passaged', 'expanded'], orFromBank: true },
  expanded: { anyOf: ['isolated', 'passaged', 'expanded', 'transduced'], orFromBank: true },
  transduced: { anyOf: ['isolated', 'passaged', 'expanded'], orFromBank: true },
  harvested: { anyOf: ['isolated', 'passaged', 'expanded', 'transduced'], orFromBank: false },
  split: { anyOf: ['harvested', 'isolated', 'transduced'], orFromBank: false },
};

/** Cells that were cultured are harvested before they are divided. */
const AFTER_CULTURE: readonly StepKind[] = ['harvested'];

/** The steps of which one is still to be recorded before this one; null where one stands. */
export function missingBefore(state: BatchState, kind: StepKind): readonly StepKind[] | null {
  // How an imported batch was made is declared, or one of its gaps.
  if (state.legacy) return null;
  const { anyOf, orFromBank } = PREDECESSORS[kind];
  const cultured = state.steps.has('passaged') || state.steps.has('expanded');
  const needs = kind === 'split' && cultured ? AFTER_CULTURE : anyOf;
  if (needs.length === 0 || needs.some((step) => state.steps.has(step))) return null;
  return orFromBank && state.inputs.some((input) => 'unit' in input) ? null : needs;
}

/** Counts the step in. The entry that comes late closes the deviations of the steps that waited for it. */
export function stepTaken(state: BatchState, kind: StepKind, event: Recorded): void {
  const needs = missingBefore(state, kind);
  if (needs) state.awaitedSteps.set(event.id, { kind, needs, occurredAt: event.occurredAt });
  const known = state.steps.get(kind);
  if (known && isBefore(event.occurredAt, known.occurredAt)) known.count++;
  else state.steps.set(kind, { event: event.id, occurredAt: event.occurredAt, count: (known?.count ?? 0) + 1 });
  for (const [waiting, awaited] of state.awaitedSteps) {
    if (awaited.needs.includes(kind) && cameBefore(event, kind, awaited)) settle(state, waiting, event);
  }
}

type Awaited = { readonly kind: StepKind; readonly occurredAt: string | null };

/** Of two in one minute, or on one day where paper says no more, that one is the earlier which never follows the other. */
function cameBefore({ occurredAt }: Recorded, kind: StepKind, awaited: Awaited): boolean {
  if (occurredAt === null || awaited.occurredAt === null) return false;
  return PREDECESSORS[kind].anyOf.includes(awaited.kind)
    ? isBefore(occurredAt, awaited.occurredAt)
    : !isBefore(awaited.occurredAt, occurredAt);
}

function settle(state: BatchState, waiting: string, event: Recorded): void {
  state.awaitedSteps.delete(waiting);
  for (const deviation of state.deviations.values()) {
    if (deviation.event === waiting && deviation.rule === batchRules.stepMissing.id) {
      deviation.closed ??= { event: event.id, at: event.occurredAt };
    }
  }
}
