import { z } from 'zod';
import { type Aggregate, broken, type Fact, fact, personal, type Recorded, record, withPersonal } from '../kernel/index.ts';
import { correctionRules } from './rules.ts';
import { declareVoiding } from './voided.ts';

/** Why an entry was wrong. */
export const CorrectionReason = z.enum([
  'transcription',
  'wrong-unit-of-measure',
  'wrong-time',
  'late-information',
  'instrument',
  'other',
]);

const Corrected = withPersonal({
  event: z.uuid().describe('The event whose data was wrong'),
  data: z.record(z.string(), z.json()).describe('Its data as it should have been, complete'),
  occurredAt: z.iso.datetime({ offset: true }).nullable().optional().describe('When it happened, where that was wrong'),
  reason: CorrectionReason,
  explanation: personal(z.string().max(4000)),
});

export type Correction = z.output<typeof Corrected>;

/**
 * Declares `corrected` for an aggregate, and `voided`, which only an approved correction appends. State is the fold of effective events: the handler folds the newest correction in its
 * original's place and runs the rules at each later event again. Histories show both versions.
 */
export function declareCorrections<S>(aggregate: Aggregate<S>): Fact<Correction, S> {
  declareVoiding(aggregate);
  return fact(aggregate, 'corrected', {
    title: { en: 'Entry corrected', zh: '记录更正' },
    schema: Corrected,
    decide: (correction, _state, context) => {
      const original = context.event(correction.event);
      if (!original) return record(broken(correctionRules.unknownEvent, '/event', { event: correction.event }));
      const corrected = aggregate.facts.get(original.type);
      if (!corrected) return record(broken(correctionRules.unknownEvent, '/event', { event: correction.event }));
      const parsed = corrected.schema.safeParse(correction.data);
      return record(
        changedMembers(original.data as Record<string, unknown>, correction.data)
          .filter((member) => !corrected.corrects.includes(member))
          .map((member) => broken(correctionRules.notCorrigible, `/data/${member}`, { type: original.type, member })),
        correction.occurredAt !== undefined &&
          !corrected.corrects.includes('occurredAt') &&
          broken(correctionRules.notCorrigible, '/occurredAt', { type: original.type, member: 'occurredAt' }),
        !parsed.success &&
          parsed.error.issues.map((issue) =>
            broken(correctionRules.malformed, `/data/${issue.path.join('/')}`, { type: original.type, problem: issue.message }),
          ),
      );
    },
    evolve: () => {
      // The handler puts the corrected data in its original's place before the fold.
    },
  });
}

/** `_sd` stands for personal fields: those may always be replaced. */
function changedMembers(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const members = new Set([...Object.keys(before), ...Object.keys(after)]);
  members.delete('_sd');
  return [...members].filter((member) => canonical(before[member]) !== canonical(after[member]));
}

/** The same for the same value, in whatever order an object's members are written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** What a correction says about which event; undefined for every other type. */
export function correctionOf(event: Pick<Recorded, 'type' | 'data'>): Correction | undefined {
  return event.type.endsWith('.corrected.v1') ? (event.data as Correction) : undefined;
}
