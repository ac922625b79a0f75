import { table } from '@cytoledger/read-models';

/**
 * What became of what: from a donation or a batch (`parent`) to the batch that it went into (`child`). The source tells what it gave and the
 * opening what it took; both are kept, and a path may use either.
 */
export const lineage = table(
  'lineage',
  { parent: 'stream', child: 'stream', unit: 'text', said_by: 'text', quantity: 'text', occurred_at: 'text' },
  [
    ['parent', 'child'],
    ['child', 'parent'],
  ],
);
