import { batches as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { batches } from './batches.ts';
import { putChain } from './chains.ts';
import { putIdentifiers } from './identifiers.ts';
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
  on(domain.legacyImported, ({ stream, data, actor, occurredAt }, rows) => {
    rows.put(batches, ONE, {
      status: 'open',
      owner: actor.org,
      product: `product-${data.product.id}`,
      specification: data.product.specification,
      study: data.study ? `study-${data.study}` : null,
      autologous: data.autologous ? 1 : 0,
      coi: data.coi ?? null,
      tier: data.tier ?? 'none',
      passage: data.passage ?? null,
      passage_ceiling: data.passageCeiling ?? null,
      opened_at: occurredAt,
    });
    putIdentifiers(rows, data.identifiers);
    putChain(rows, data.coi);
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
