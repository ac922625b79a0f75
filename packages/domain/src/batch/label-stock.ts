import { broken, type Check } from '../kernel/index.ts';
import { labelRules } from './label-rules.ts';
import type { BatchState } from './state.ts';

/** A label that nobody printed for this batch. Asked only where every issue listed its labels. */
export function unissuedFault(label: string, at: string, { labelStock, labels }: BatchState): Check {
  const { issued, isListed, waiting } = labelStock;
  return issued > 0 && isListed && !waiting.has(label) && !labels.has(label) && broken(labelRules.notIssued, at, { label });
}
