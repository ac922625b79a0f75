import { z } from 'zod';
import { broken, type Check, type Context } from '../kernel/index.ts';
import { type Bilingual, SiteCode, titleOf, Uuid } from '../vocabulary/index.ts';
import { DONOR_TOPICS, EXPECTED_TOPICS, GapReason, LegacyTopic } from './legacy-codes.ts';
import { releaseRules } from './release-rules.ts';
import { type BatchState, batch, type Legacy, type LegacyGap } from './state.ts';

/** One gap, as the signers of a release list it. */
export const ListedGap = z.strictObject({
  batch: Uuid.describe('The imported batch'),
  about: LegacyTopic,
  line: SiteCode.optional().describe('Line of the specification, where one result is missing'),
});
export type ListedGap = z.output<typeof ListedGap>;

/** A gap with the batch whose it is. */
export type GapOf = LegacyGap & { readonly batch: string };

/** What was declared to be missing, and what was not spoken of at all. */
export function gapsOf({ gaps, declared, knowsDonors }: Pick<Legacy, 'gaps' | 'declared' | 'knowsDonors'>): readonly LegacyGap[] {
  const addressed = new Set([...gaps, ...declared].map(({ about }) => about));
  const unspoken = EXPECTED_TOPICS.filter((about) => !addressed.has(about) && !(knowsDonors && DONOR_TOPICS.includes(about)));
  return [...gaps, ...unspoken.map((about) => ({ about, reason: 'not-stated' }))];
}

/** Gaps of the batch itself and of all imported batches upstream. Reads only those that were imported. */
export function legacyGaps(state: BatchState, reader: Pick<Context, 'states'>): readonly GapOf[] {
  return legaciesOf(state, reader).flatMap(({ id, legacy }) => gapsOf(legacy).map((gap) => ({ ...gap, batch: id })));
}

export type LegacyBatch = { readonly id: string; readonly name: string; readonly legacy: Legacy };

/** The imported batches among this one and its ancestors. */
export function legaciesOf(state: BatchState, reader: Pick<Context, 'states'>): readonly LegacyBatch[] {
  const upstream = state.legacyOrigins.size === 0 ? [] : [...reader.states(batch, [...state.legacyOrigins]).values()];
  return [state, ...upstream].flatMap((each) =>
    each?.legacy ? [{ id: each.id, name: each.identifiers[0]?.value ?? each.id, legacy: each.legacy }] : [],
  );
}

/** What is not known is no pass: the signers list each gap, and no other. They are told all of them in any case. */
export function gapFaults(listed: readonly ListedGap[] | undefined, state: BatchState, context: Context): Check {
  const gaps = legacyGaps(state, context);
  if (gaps.length === 0 && listed === undefined) return undefined;
  const wanted = new Set(gaps.map(nameOfGap));
  const named = new Set(listed?.map(nameOfGap));
  const missing = gaps.filter((gap) => !named.has(nameOfGap(gap)));
  return [
    [...Map.groupBy(missing, (gap) => gap.batch)].map(([id, own]) =>
      broken(releaseRules.gapsNotListed, '/gaps', { batch: id, ...sentencesOf(own) }),
    ),
    listed?.map(
      (gap, i) =>
        !wanted.has(nameOfGap(gap)) && broken(releaseRules.gapUnknown, `/gaps/${i}`, { batch: gap.batch, about: gap.about }),
    ),
    missing.length === 0 && gaps.length > 0 && broken(releaseRules.gapsAccepted, '/gaps', { count: gaps.length }),
  ];
}

/** Whether a line that has no result is a gap of an import that the signers listed. */
export function isListedGap(line: string, listed: readonly ListedGap[] | undefined, state: BatchState): boolean {
  const declared = state.legacy && gapsOf(state.legacy).some((gap) => gap.about === 'testing' && gap.line === line);
  return (
    declared === true && listed?.some((gap) => gap.batch === state.id && gap.about === 'testing' && gap.line === line) === true
  );
}

/** Gaps in words, in both languages. */
export function sentencesOf(gaps: readonly LegacyGap[]): { readonly en: string; readonly zh: string } {
  const said = (language: 'en' | 'zh') =>
    [...new Set(gaps.map(({ about, line }) => titleOf(LegacyTopic, about, language) + (line ? ` (${line})` : '')))].join(
      language === 'en' ? ', ' : '、',
    );
  return { en: said('en'), zh: said('zh') };
}

/** One gap with its reason. */
export function gapInWords({ about, line, reason }: { about: string; line: string | null; reason: string }): Bilingual {
  const said = (language: 'en' | 'zh') =>
    `${titleOf(LegacyTopic, about, language)}${line === null ? '' : ` (${line})`}${language === 'en' ? ': ' : '：'}${titleOf(GapReason, reason, language)}`;
  return { en: said('en'), zh: said('zh') };
}

function nameOfGap({ batch: id, about, line }: { batch: string; about: string; line?: string | undefined }): string {
  return JSON.stringify([id, about, line ?? null]);
}
