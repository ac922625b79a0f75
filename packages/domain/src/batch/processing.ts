import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, type Check, type Fact, fact, type Recorded, record } from '../kernel/index.ts';
import { Decimal, MaterialQuantity } from '../quantity/index.ts';
import type { StaffTask } from '../registry/index.ts';
import { Moment } from '../time/index.ts';
import { type Bilingual, SiteCode, Uuid } from '../vocabulary/index.ts';
import { gained } from './cell-balance.ts';
import { CleanroomGrade } from './codes.ts';
import { batchRules } from './rules.ts';
import { type BatchState, batch, type StepKind } from './state.ts';
import { missingBefore, stepTaken } from './steps.ts';
import { Devices, WorkingPlace, workingFaults } from './working.ts';

/** Beyond this a passage number is a slip of the pen: permanent lines are counted in doublings. */
export const MAX_PASSAGE = 200;

/** Several measurands of one count: total, viable, CD34+. */
const MAX_QUANTITIES = 10;
const MAX_THINGS = 50;

const Percent = Decimal.refine((text) => Number(text) >= 0 && Number(text) <= 100, { error: 'a percentage from 0 to 100' });

/** When a step began and ended, where it took more than the moment that `occurredAt` says. */
export const Interval = { start: Moment.optional(), end: Moment.optional() } as const;

/** What is written down of every process step. Only what was measured is sent. */
export const stepShape = {
  input: z.array(MaterialQuantity).max(MAX_QUANTITIES).optional().describe('What went in, by measurand'),
  output: z.array(MaterialQuantity).max(MAX_QUANTITIES).optional().describe('What came out, by measurand'),
  passage: z
    .int()
    .min(0)
    .max(MAX_PASSAGE)
    .optional()
    .describe('Passage number of the cells after the step; P0 is the primary culture'),
  populationDoublings: Decimal.optional().describe('Cumulative'),
  vessels: z
    .array(z.strictObject({ kind: SiteCode, count: z.int().min(1).max(10_000), lot: SiteCode.optional() }))
    .max(MAX_THINGS)
    .optional(),
  media: z
    .array(z.strictObject({ name: SiteCode, lot: SiteCode.optional(), material: Uuid.optional().describe('Stream of the lot') }))
    .max(MAX_THINGS)
    .optional(),
  room: SiteCode.optional(),
  grade: CleanroomGrade.optional(),
  ...WorkingPlace,
  equipment: z.array(SiteCode).max(MAX_THINGS).optional(),
  ...Devices,
  count: MaterialQuantity.optional().describe('Cell count, where it is not the output'),
  viability: Percent.optional().describe('Percent of the cells'),
  confluence: Percent.optional().describe('Percent of the surface'),
  ...Interval,
  ...Hands,
} as const;

const AnyStep = z.strictObject(stepShape);
type AnyStep = z.output<typeof AnyStep>;

/** What a correction may change in a step: all of it but its kind. */
const STEP_CORRECTS = [...Object.keys(stepShape), 'occurredAt'];

/** What whoever takes the step is authorised for. */
const TASKS: Readonly<Record<Exclude<StepKind, 'split'>, StaffTask>> = {
  isolated: 'isolation',
  passaged: 'passaging',
  expanded: 'expansion',
  transduced: 'transduction',
  harvested: 'harvesting',
};

/** Steps in which cells do not multiply, so that no more can come out than went in. */
const NON_PROLIFERATING: ReadonlySet<StepKind> = new Set(['isolated', 'transduced', 'harvested']);

/** Declares a process step. `evolve` says what it means beside being taken. */
export function step<D extends AnyStep>(
  kind: Exclude<StepKind, 'split'>,
  title: Bilingual,
  schema: z.ZodType<D>,
  more: { readonly corrects?: readonly string[]; readonly evolve?: (state: BatchState, event: Recorded<D>) => void } = {},
): Fact<D, BatchState> {
  return fact(batch, kind, {
    title,
    schema,
    corrects: [...STEP_CORRECTS, ...(more.corrects ?? [])],

    decide: (data, state, context) =>
      record(
        abandonedFault(state),
        stepMissingFault(state, kind),
        passageFaults(data.passage, state),
        handsFault(batchRules.verifierIsOperator, data, context),
        workingFaults(TASKS[kind], data, state, context),
        intervalFault(data),
        NON_PROLIFERATING.has(kind) && gained(data.input ?? [], data.output ?? []),
      ),

    evolve: (state, event) => {
      stepTaken(state, kind, event);
      for (const { material } of event.data.media ?? []) if (material !== undefined) state.lots.add(material);
      if (event.data.passage !== undefined) state.passage = Math.max(state.passage ?? 0, event.data.passage);
      more.evolve?.(state, event);
    },
  });
}

export function abandonedFault(state: BatchState): Check {
  return state.status === 'abandoned' && broken(batchRules.abandoned, '//stream');
}

export function stepMissingFault(state: BatchState, kind: StepKind): Check {
  const needs = missingBefore(state, kind);
  return needs !== null && broken(batchRules.stepMissing, '', { step: kind, needs: needs.join(', ') });
}

function passageFaults(passage: number | undefined, state: BatchState): Check {
  if (passage === undefined) return undefined;
  const { passageCeiling: ceiling, passage: previous } = state;
  return [
    ceiling !== null && passage > ceiling && broken(batchRules.passageAboveCeiling, '/passage', { passage, ceiling }),
    previous !== null && passage > previous + 1 && broken(batchRules.passageSkipped, '/passage', { passage, previous }),
  ];
}

export function intervalFault({ start, end }: { readonly start?: string | undefined; readonly end?: string | undefined }): Check {
  return (
    start !== undefined &&
    end !== undefined &&
    Date.parse(end) < Date.parse(start) &&
    broken(batchRules.intervalReversed, '/end', { start, end })
  );
}
