import { facts } from '@cytoledger/domain';
import type { EventType } from '../captured.ts';

/** What a signature under such an event means (21 CFR 11.50(a)(3)), where the fact says so. */
export function meaningOf(type: EventType): string | undefined {
  return facts.get(type)?.signatures?.meaning;
}
