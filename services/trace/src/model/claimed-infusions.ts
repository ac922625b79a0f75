import { batches, treatments } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';

/** What a report that could not be applied says of an infusion: whoever was given something is exposed, whether the batch took it in or not. */
export const claimedInfusions = table(
  'claimed_infusions',
  { batch: 'stream', unit: 'text', treatment: 'stream', patient: 'stream', site: 'text', occurred_at: 'text' },
  [['batch'], ['treatment']],
);

const OF_THE_BATCH: ReadonlySet<string> = new Set(
  [batches.unitInfused, batches.unitInfusionStarted, batches.unitInfusionInterrupted, batches.unitInfusionEnded].map(
    ({ type }) => type,
  ),
);

type Content = {
  readonly stream?: unknown;
  readonly occurredAt?: unknown;
  readonly data?: {
    readonly batch?: unknown;
    readonly unit?: unknown;
    readonly treatment?: unknown;
    readonly patient?: unknown;
    readonly start?: unknown;
  };
};

/** Nothing where the report is of something else, or does not say what was given in which treatment. */
export function claimedIn(type: string, content: string, reporter: string) {
  const isBatch = OF_THE_BATCH.has(type);
  if (!isBatch && type !== treatments.infusionRecorded.type) return undefined;
  let said: Content;
  try {
    said = JSON.parse(content) as Content;
  } catch {
    return undefined;
  }
  const { stream, occurredAt, data = {} } = said;
  const batch = isBatch ? stream : prefixed('batch', data.batch);
  const treatment = isBatch ? prefixed('treatment', data.treatment) : stream;
  if (typeof batch !== 'string' || typeof treatment !== 'string' || typeof data.unit !== 'string') return undefined;
  return {
    batch,
    unit: data.unit,
    treatment,
    patient: prefixed('person', data.patient),
    site: reporter,
    occurred_at: text(data.start) ?? text(occurredAt),
  };
}

function prefixed(aggregate: string, id: unknown): string | null {
  return typeof id === 'string' ? `${aggregate}-${id}` : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
