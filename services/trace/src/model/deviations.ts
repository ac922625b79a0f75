import { aggregates, deviations as domain, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import type { Handler } from './on.ts';

/** Findings and deviations of every kind of record, open and closed. */
export const deviations = table(
  'deviations',
  {
    class: 'text',
    rule: 'text',
    event: 'text',
    pointer: 'text',
    sentence_en: 'text',
    sentence_zh: 'text',
    raised_at: 'text',
    closed_at: 'text',
    impact: 'text',
  },
  [],
);

type Raised = {
  deviation: string;
  class: domain.DeviationRaised['class'];
  rule?: string | null;
  event?: string | null;
  pointer?: string;
  sentence?: { en: string; zh: string };
};
type Closed = { deviation: string; impact: string };

function raised({ data, recordedAt }: Recorded<Raised>, rows: Rows): void {
  const known = rows.get(deviations, data.deviation);
  if (known) {
    // Said again: as the domain takes it.
    const graver = domain.graver(known.class as domain.DeviationRaised['class'], data.class);
    rows.change(deviations, data.deviation, { class: graver, closed_at: null, impact: null });
    return;
  }
  rows.put(deviations, data.deviation, {
    class: data.class,
    rule: data.rule ?? null,
    event: data.event ?? null,
    pointer: data.pointer ?? null,
    sentence_en: data.sentence?.en ?? null,
    sentence_zh: data.sentence?.zh ?? null,
    raised_at: recordedAt,
  });
}

function closed({ data, recordedAt, occurredAt }: Recorded<Closed>, rows: Rows): void {
  rows.change(deviations, data.deviation, { closed_at: occurredAt ?? recordedAt, impact: data.impact });
}

/** The same two facts stand in every aggregate. */
export const deviationHandlers: readonly Handler[] = [...aggregates.keys()].flatMap((aggregate): Handler[] => [
  [`${aggregate}.deviation-raised.v1`, raised as Handler[1]],
  [`${aggregate}.deviation-closed.v1`, closed as Handler[1]],
]);
