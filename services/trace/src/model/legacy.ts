import { batches as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { batches, openBatch } from './batches.ts';
import { lineage } from './lineage.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

/** What an imported record does not know: declared, or not spoken of at all. Keyed by its place in the list. */
export const legacyGaps = table(
  'legacy_gaps',
  { about: 'text', line: 'text', reason: 'text', source: 'text', source_kind: 'text' },
  [],
  { writtenOnce: true },
);

export const legacyHandlers: readonly Handler[] = [
  on(domain.legacyImported, (event, rows) => {
    const { stream, data, occurredAt } = event;
    openBatch(event, rows);
    const parents = [
      ...(data.from?.donations ?? []).map((id) => `donation-${id}`),
      ...(data.from?.batches ?? []).map((id) => `batch-${id}`),
    ];
    parents.forEach((parent, n) => {
      rows.put(lineage, `input/${n}`, {
        parent,
        child: stream,
        said_by: 'import',
        quantity: json(undefined),
        occurred_at: occurredAt,
      });
    });
    domain.gapsOf(domain.legacyOf(data)).forEach(({ about, line, reason }, n) => {
      rows.put(legacyGaps, String(n), {
        about,
        line: line ?? null,
        reason,
        source: data.source.name,
        source_kind: data.source.kind,
      });
    });
  }),
  on(domain.specificationRebound, ({ data }, rows) => rows.change(batches, ONE, { specification: data.specification })),
];
