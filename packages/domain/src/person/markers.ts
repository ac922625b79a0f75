import type { InfectiousMarker } from '../vocabulary/index.ts';
import type { MarkerTest, PersonState } from './state.ts';

/** 2006/17/EC Annex II 1.1: anti-HIV-1,2; HBsAg, anti-HBc; anti-HCV; syphilis. */
export const MANDATORY_MARKERS: readonly InfectiousMarker[] = ['anti-hiv-1-2', 'hbsag', 'anti-hbc', 'anti-hcv', 'syphilis'];

/**
 * Signs of immunity or of a common past infection, which do not exclude a donor by themselves (2006/17/EC Annex II 1.2–1.3). Anti-HBc is
 * judged together with HBsAg.
 */
const NOT_EXCLUDING: ReadonlySet<InfectiousMarker> = new Set([
  'anti-hbs',
  'anti-hbc',
  'cmv-igg',
  'ebv-igg',
  'toxoplasma',
  'parvovirus-b19',
]);

/** Whether such a result speaks against a donor whatever else was found; anti-HBc alone does not. */
export function isAgainst({ marker, result }: Pick<MarkerTest, 'marker' | 'result'>): boolean {
  return (result === 'reactive' || result === 'indeterminate') && !NOT_EXCLUDING.has(marker);
}

export type MarkerReading = {
  /** Results that speak against the donor, in the order in which they were recorded. */
  readonly excluding: readonly MarkerTest[];
  /** Mandatory markers without any valid result. */
  readonly missing: readonly InfectiousMarker[];
  /** Anti-HBc reactive and HBsAg non-reactive. */
  readonly riskAssessment: boolean;
};

/** What all recorded results of one person come to. A reactive result stands; a later negative sample does not undo it. */
export function readMarkers(state: PersonState | undefined): MarkerReading {
  const tests = (state?.screenings ?? []).flatMap((screening) => screening.tests);
  const found = (marker: InfectiousMarker, result: MarkerTest['result']) =>
    tests.some((test) => test.marker === marker && test.result === result);
  const valid = (marker: InfectiousMarker) =>
    found(marker, 'reactive') || found(marker, 'non-reactive') || found(marker, 'indeterminate');
  const antigenNegative = found('hbsag', 'non-reactive') && !found('hbsag', 'reactive');
  return {
    excluding: tests.filter(
      (test) =>
        isAgainst(test) ||
        (test.marker === 'anti-hbc' && !antigenNegative && (test.result === 'reactive' || test.result === 'indeterminate')),
    ),
    missing: MANDATORY_MARKERS.filter((marker) => !valid(marker)),
    riskAssessment: antigenNegative && (found('anti-hbc', 'reactive') || found('anti-hbc', 'indeterminate')),
  };
}
