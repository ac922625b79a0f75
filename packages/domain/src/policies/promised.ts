import { entryOf } from './memory.ts';
import { idIn, type Seen } from './policy.ts';

/** Units that patients cannot do without: allocated to a treatment whose conditioning has started. No policy takes them from the patient. */
export type Promised = {
  /** By batch, unit → treatment, as it was allocated last. */
  readonly allocated: Map<string, Map<string, string>>;
  readonly conditioned: Set<string>;
};

export const PROMISED_TYPES = ['batch.unit-allocated.', 'treatment.conditioning-started.'] as const;

export function emptyPromised(): Promised {
  return { allocated: new Map(), conditioned: new Set() };
}

export function addToPromised({ allocated, conditioned }: Promised, { type, stream, data }: Seen): void {
  if (type.startsWith('treatment.conditioning-started.')) conditioned.add(idIn(stream));
  if (!type.startsWith('batch.unit-allocated.')) return;
  const { unit, treatment } = data as { readonly unit: string; readonly treatment: string };
  entryOf(allocated, idIn(stream), () => new Map<string, string>()).set(unit, treatment);
}

/** Units of the batch that conditioned patients wait for, each with its treatment. */
export function promisedOf({ allocated, conditioned }: Promised, batch: string): ReadonlyMap<string, string> {
  return new Map([...(allocated.get(batch) ?? [])].filter(([, treatment]) => conditioned.has(treatment)));
}
