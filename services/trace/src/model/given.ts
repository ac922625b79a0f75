import { batches as domain, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { bedside } from './handing.ts';
import { units } from './made-units.ts';
import { type Handler, json, on } from './on.ts';
import { conditionOf } from './units.ts';
import { moveUnit, whereaboutsOf } from './whereabouts.ts';

/** How much of a unit its recipient was given, as the batch's record tells it. Keyed by unit id. */
export const given = table('given', {
  /** Steps in the order in which they were taken; null where it was told in one. */
  course: 'text',
  status: 'text',
  /** Percent of the content. */
  fraction: 'text',
  dose: 'text',
  volume: 'text',
  remainder: 'text',
  remainder_fate: 'text',
  reason: 'text',
  interruptions: 'integer',
  stopped_at: 'text',
});

type Step = NonNullable<domain.Infusion['course']>[number];
type Said = {
  readonly unit: string;
  readonly treatment: string;
  readonly fraction?: string | undefined;
  readonly administered?: Step['administered'] | undefined;
};
type Learned = { readonly reason?: string; readonly remainder?: Step['remainder']; readonly remainder_fate?: string | null };

function takeStep(rows: Rows, event: Recorded<Said>, kind: Step['kind'], learned: Learned = {}): void {
  const { unit: id, treatment, fraction = null, administered = null } = event.data;
  const where = whereaboutsOf(rows, id);
  if (!where || where.fate === 'consumed') return;
  const into = `treatment-${treatment}`;
  if (where.infused_in !== null && where.infused_in !== into) return;
  const held = rows.get(given, id);
  const before = where.infused_in === null ? null : infusionOf(where, held?.course ?? null);
  const { remainder = null } = learned;
  const { seq, occurredAt } = event;
  const told = domain.withStep(before, { event: event.id, seq, kind, occurredAt, fraction, administered, remainder });
  moveUnit(rows, id, event, () =>
    told.isToldInOne
      ? { fate: 'infused' }
      : {
          infused_in: into,
          infused_at: told.occurredAt,
          infusion_event: told.event,
          // Given is given: who was exposed counts more than an earlier entry that it was discarded.
          fate: 'infused',
          fate_at: told.until,
        },
  );
  const soFar = domain.courseOf({ infusion: { ...told, treatment } })!;
  rows.put(given, id, {
    course: JSON.stringify(told.course),
    status: soFar.status,
    ...amountsOf(rows, id, told.course),
    remainder_fate: learned.remainder_fate ?? held?.remainder_fate ?? null,
    reason: learned.reason ?? held?.reason ?? null,
    interruptions: soFar.interruptions,
    stopped_at: soFar.status === 'ended' ? told.until : null,
  });
}

function amountsOf(rows: Rows, id: string, course: Step[]) {
  const infusion = { event: '', treatment: '', occurredAt: null, course };
  const { fraction, dose, volume, remainder } = domain.administeredOf({ ...contentOf(rows, id), infusion })!;
  return { fraction, dose: json(dose), volume: json(volume), remainder: json(remainder) };
}

/** To be told when the content of a unit turns out to have been another: what was given of it is another share. */
export function recount(rows: Rows, id: string): void {
  const course = rows.get(given, id)?.course;
  if (course != null) rows.change(given, id, amountsOf(rows, id, JSON.parse(course) as Step[]));
}

type Where = { readonly infusion_event: string | null; readonly infused_at: string | null };

function infusionOf({ infusion_event, infused_at }: Where, course: string | null) {
  const steps = course === null ? undefined : (JSON.parse(course) as Step[]);
  return { event: infusion_event ?? '', occurredAt: infused_at, ...(steps && { course: steps }) };
}

/** What is in the container, as the domain reckons with it. */
function contentOf(rows: Rows, id: string): Parameters<typeof domain.fractionByVolume>[0] {
  const made = rows.get(units, id);
  const condition = conditionOf.of(rows, id);
  const parsed = (stored: string | null | undefined) => (stored == null ? null : (JSON.parse(stored) as Step['administered']));
  return {
    cells: parsed(made?.cells),
    volume: parsed(made?.volume),
    ...(made?.part != null && { part: made.part }),
    ...(condition?.reconstituted === 1 && {
      reconstituted: { event: '', occurredAt: null, expiry: null, volume: parsed(condition.reconstituted_volume) },
    }),
  };
}

export const givenHandlers: readonly Handler[] = [
  on(domain.unitInfusionStarted, (event, rows) => {
    const { unit, treatment, secondChecker, emergency } = event.data;
    takeStep(rows, event, 'started');
    rows.put(bedside, event.id, {
      act: 'infusion-started',
      unit,
      treatment: `treatment-${treatment}`,
      second_checker: secondChecker ?? null,
      emergency: emergency ?? null,
      occurred_at: event.occurredAt,
    });
  }),
  on(domain.unitInfusionInterrupted, (event, rows) => takeStep(rows, event, 'interrupted')),
  on(domain.unitInfusionEnded, (event, rows) => {
    const data = domain.endInAll(event.data);
    const { reason, remainder } = data;
    takeStep(rows, { ...event, data }, 'ended', {
      reason,
      remainder: remainder?.quantity ?? null,
      remainder_fate: remainder?.fate ?? null,
    });
  }),
  on(domain.unitInfused, ({ data, id, occurredAt }, rows) => {
    const where = whereaboutsOf(rows, data.unit);
    if (where?.infusion_event !== id) return;
    const fraction = domain.fractionByVolume(contentOf(rows, data.unit), data.volumeGiven ?? null);
    rows.put(given, data.unit, {
      status: 'ended',
      fraction,
      volume: json(data.volumeGiven),
      stopped_at: data.stop ?? data.start ?? occurredAt,
    });
  }),
];
