import type { Recorded } from '../kernel/index.ts';
import { Decimal, MaterialQuantity } from '../quantity/index.ts';
import { infusionRules } from './infusion-rules.ts';
import type { BatchState, Infusion, InfusionStep, Unit } from './state.ts';

/** Percent of the unit's content, cumulative from the start. */
const Fraction = Decimal.refine((text) => Number(text) >= 0 && Number(text) <= 100, {
  error: 'a percentage from 0 to 100',
}).describe('Percent of the unit’s content that was given until then');

/** How much had been given when a step was taken. */
export const givenShape = {
  fraction: Fraction.optional(),
  administered: MaterialQuantity.optional().describe('What was given until then, mostly its volume'),
} as const;

/** How far an infusion that is reported in steps is, by when the steps were taken and not by when they were entered. */
export type Course = {
  readonly status: 'running' | 'interrupted' | 'ended';
  readonly started: InfusionStep | undefined;
  readonly ended: InfusionStep | undefined;
  readonly interruptions: number;
  /** Steps in the order in which they were taken. */
  readonly steps: readonly InfusionStep[];
};

/** Undefined where nothing was given yet, or the infusion was reported in one. */
export function courseOf({ infusion }: Pick<Unit, 'infusion'>): Course | undefined {
  const steps = infusion?.course;
  if (!steps) return undefined;
  return {
    status: STATUS[steps.at(-1)!.kind],
    started: steps.find(({ kind }) => kind === 'started'),
    ended: steps.findLast(({ kind }) => kind === 'ended'),
    interruptions: steps.filter(({ kind }) => kind === 'interrupted').length,
    steps,
  };
}

const STATUS = { started: 'running', interrupted: 'interrupted', ended: 'ended' } as const;

type Said = { readonly unit: string; readonly treatment: string; readonly fraction?: string | undefined } & {
  readonly administered?: MaterialQuantity | undefined;
};

/**
 * Puts a step in its place. Whichever step is told first says that somebody was given of the unit: from then on it counts as infused, also over an
 * earlier entry that it was discarded.
 */
export function takeStep(
  state: BatchState,
  { id, seq, occurredAt, data }: Recorded<Said>,
  kind: InfusionStep['kind'],
  remainder: MaterialQuantity | null = null,
): void {
  const unit = state.units.get(data.unit);
  if (!unit || unit.end === 'consumed') return;
  const { infusion } = unit;
  if (infusion && infusion.treatment !== data.treatment) return;
  const { fraction = null, administered = null } = data;
  const step: InfusionStep = { event: id, seq, kind, occurredAt, fraction, administered, remainder };
  const told = withStep(infusion, step);
  const { course } = told;
  unit.infusion = { treatment: data.treatment, course, event: told.event, occurredAt: told.occurredAt };
  if (unit.authorisation?.treatment === data.treatment) unit.authorisation.used = true;
  unit.end = 'infused';
  if (!told.isToldInOne) unit.endedAt = told.until;
  if (kind === 'started') settleStart(state, course);
}

type Told = Pick<Infusion, 'event' | 'occurredAt' | 'course'>;

/** The infusion with one more step. Where it was told in one as well, that says when it was. */
export function withStep(infusion: Told | null, step: InfusionStep) {
  const before = infusion?.course ?? [];
  const isToldInOne = infusion !== null && !before.some(({ event }) => event === infusion.event);
  const course = inOrder([...before, step]);
  const first = course.find(({ kind }) => kind === 'started') ?? course[0]!;
  const { event, occurredAt } = isToldInOne ? infusion : first;
  const until = course.findLast(({ kind }) => kind === 'ended')?.occurredAt ?? occurredAt;
  return { event, occurredAt, until, course, isToldInOne };
}

/** A time that is not known leaves a step where it was entered. */
function inOrder(steps: InfusionStep[]): InfusionStep[] {
  return steps.sort((a, b) => {
    const isTimed = a.occurredAt !== null && b.occurredAt !== null;
    return (isTimed ? Date.parse(a.occurredAt!) - Date.parse(b.occurredAt!) : 0) || a.seq - b.seq;
  });
}

/** The start that comes late closes the deviations of the steps that waited for it. */
function settleStart(state: BatchState, course: readonly InfusionStep[]): void {
  const at = course.findIndex(({ kind }) => kind === 'started');
  const [start, later] = [course[at]!, course.slice(at + 1).map(({ event }) => event)];
  for (const deviation of state.deviations.values()) {
    if (deviation.rule !== infusionRules.startMissing.id || deviation.event === null) continue;
    if (later.includes(deviation.event)) deviation.closed ??= { event: start.event, at: start.occurredAt };
  }
}
