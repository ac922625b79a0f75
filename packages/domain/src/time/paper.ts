import type { Capture } from './capture.ts';

/**
 * How complete the record of a page that was copied is. `fact`: what happened is known; `step`: also from which page, and who copied it; `release-ready`:
 * also an image of the page by its digest, and a second person who checked the copy.
 */
export type PaperLevel = 'fact' | 'step' | 'release-ready';

export type PaperCompleteness = { readonly level: PaperLevel; readonly missing: readonly string[] };

/** Undefined for what was not copied from paper. `missing` names members of the capture. */
export function paperCompleteness(capture: Capture): PaperCompleteness | undefined {
  if (capture.mode !== 'paper') return undefined;
  const forStep = [!capture.sourceRecord && 'sourceRecord', !capture.transcriber && 'transcriber'].filter(isNamed);
  const isChecked = capture.checker !== undefined && capture.checker !== capture.transcriber;
  const forRelease = [!isChecked && 'checker', !capture.sourceRecord?.imageDigest && 'sourceRecord/imageDigest'].filter(isNamed);
  const missing = [...forStep, ...forRelease];
  return { level: forStep.length > 0 ? 'fact' : forRelease.length > 0 ? 'step' : 'release-ready', missing };
}

/** Whether who copied the page also checked the copy. */
export function isCheckedByTranscriber({ mode, transcriber, checker }: Capture): boolean {
  return mode === 'paper' && transcriber !== undefined && transcriber === checker;
}

function isNamed(name: string | false): name is string {
  return name !== false;
}
