import { z } from 'zod';
import {
  type Aggregate,
  broken,
  type DeviationClass,
  type Fact,
  fact,
  personal,
  type Recorded,
  record,
  rule,
  withPersonal,
} from '../kernel/index.ts';

/** Deviations of one stream, open and closed, by id. Every aggregate's state holds them. */
export type Deviations = Map<string, Deviation>;

export type Deviation = {
  readonly id: string;
  readonly rule: string | null;
  class: DeviationClass;
  /** The event that broke the rule; null for a deviation raised by hand about no single event. */
  readonly event: string | null;
  readonly raisedBy: string;
  readonly raisedAt: string;
  closed: { event: string; at: string | null } | null;
};

export type HasDeviations = { readonly deviations: Deviations };

export const deviationRules = {
  unknown: rule('deviation.unknown', {
    severity: 'impossible',
    en: 'There is no deviation {deviation} here.',
    zh: '此处没有偏差 {deviation}。',
  }),
  alreadyClosed: rule('deviation.already-closed', {
    severity: 'warn',
    en: 'Deviation {deviation} was closed before.',
    zh: '偏差 {deviation} 此前已关闭。',
  }),
  closedUnsigned: rule('deviation.closed-unsigned', {
    severity: 'gate',
    en: 'Closing a deviation needs the signature of quality assurance.',
    zh: '关闭偏差须经质量保证人员签名。',
    citation: 'EU GMP Part IV (ATMP) §12.4; 21 CFR 11.50, 11.70',
    jurisdiction: 'EU',
  }),
} as const;

const Class = z.enum(['minor', 'major', 'critical']);

const Raised = withPersonal({
  deviation: z.uuid().describe('Id of the deviation, chosen by who raises it'),
  rule: z.string().max(100).nullable().default(null).describe('Rule that was broken; null when raised by hand'),
  class: Class,
  event: z.uuid().nullable().default(null).describe('The event that broke the rule'),
  pointer: z.string().max(300).optional().describe('JSON pointer into that event'),
  sentence: z.strictObject({ en: z.string().max(1000), zh: z.string().max(1000) }).optional(),
  params: z
    .record(z.string(), z.union([z.string().max(300), z.number()]))
    .optional()
    .describe('What the sentence was filled with'),
  description: personal(z.string().max(4000)),
});

const Closed = withPersonal({
  deviation: z.uuid(),
  impact: z.enum(['none', 'product-affected', 'patient-affected', 'not-determinable']),
  rootCause: personal(z.string().max(4000)),
  correctiveActions: personal(z.string().max(4000)),
});

export type DeviationRaised = z.output<typeof Raised>;
export type DeviationClosed = z.output<typeof Closed>;

export type DeviationFacts<S> = {
  readonly raised: Fact<DeviationRaised, S>;
  readonly closed: Fact<DeviationClosed, S>;
};

/** Declares `deviation-raised` and `deviation-closed` for an aggregate. */
export function declareDeviations<S extends HasDeviations>(aggregate: Aggregate<S>): DeviationFacts<S> {
  return {
    raised: fact(aggregate, 'deviation-raised', {
      title: { en: 'Deviation raised', zh: '偏差提出' },
      schema: Raised,
      evolve: (state, event: Recorded<DeviationRaised>) => {
        const { deviation, rule: ruleId, class: deviationClass, event: about } = event.data;
        const known = state.deviations.get(deviation);
        if (known) {
          // Said again, it may be graver, never milder, and is about what it was about; what was closed is open again.
          known.class = graver(known.class, deviationClass);
          known.closed = null;
          return;
        }
        state.deviations.set(deviation, {
          id: deviation,
          rule: ruleId ?? null,
          class: deviationClass,
          event: about ?? null,
          raisedBy: event.id,
          raisedAt: event.recordedAt,
          closed: null,
        });
      },
    }),
    closed: fact(aggregate, 'deviation-closed', {
      title: { en: 'Deviation closed', zh: '偏差关闭' },
      schema: Closed,
      signatures: { meaning: 'deviation-closure', count: 1 },
      decide: (closing, state, { signers }) => {
        const deviation = state.deviations.get(closing.deviation);
        return record(
          !deviation && broken(deviationRules.unknown, '/deviation', { deviation: closing.deviation }),
          deviation?.closed && broken(deviationRules.alreadyClosed, '/deviation', { deviation: closing.deviation }),
          signers.length === 0 && broken(deviationRules.closedUnsigned, '//signatures'),
        );
      },
      evolve: (state, event: Recorded<DeviationClosed>) => {
        const deviation = state.deviations.get(event.data.deviation);
        if (deviation) deviation.closed = { event: event.id, at: event.occurredAt };
      },
    }),
  };
}

const CLASSES: readonly DeviationClass[] = Class.options;

/** The one that asks for more. */
export function graver(a: DeviationClass, b: DeviationClass): DeviationClass {
  return CLASSES.indexOf(a) > CLASSES.indexOf(b) ? a : b;
}

/** Open deviations that stand against a unit, an event, or the whole stream. */
export function openDeviations(state: HasDeviations): Deviation[] {
  return [...state.deviations.values()].filter((deviation) => deviation.closed === null);
}
