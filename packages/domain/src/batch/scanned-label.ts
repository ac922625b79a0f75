import { normalised } from '../identifiers/index.ts';
import { broken, type Check } from '../kernel/index.ts';
import { labelRules } from './label-rules.ts';
import type { BatchState, Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

/**
 * What speaks against the code that was scanned from a unit’s label: that the label was replaced, or is another unit’s. A code that still stands on
 * the unit speaks for it, also where an old label said the same; one that is not known here says nothing.
 */
export function scannedFaults(state: BatchState, unit: Unit, scanned: string, at: string): Check {
  const text = normalised(scanned);
  const reads = (code: string | null | undefined) => code != null && normalised(code) === text;
  if (reads(unit.labelled) || reads(unit.code)) return undefined;
  const name = nameOf(unit);
  if (unit.oldLabels?.some(({ label, code }) => reads(label) || reads(code))) {
    return broken(labelRules.oldScanned, at, { unit: name, label: unit.code ?? unit.labelled ?? '–' });
  }
  const owner = state.labels.get(scanned.trim().toLowerCase());
  const isOthers = ({ id, code, oldLabels }: Unit) =>
    id !== unit.id && (id === owner || reads(code) || oldLabels?.some((old) => reads(old.code)));
  const other = [...state.units.values()].find(isOthers);
  return other && broken(labelRules.otherScanned, at, { unit: name, other: nameOf(other) });
}
