import { materials as domain, type Identifier, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { lotSearch } from './batches.ts';
import { putIdentifiers } from './identifiers.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

/** Lots with a record of their own: deliveries and preparations. */
export const lots = table(
  'lots',
  {
    owner: 'text',
    made: 'text',
    kind: 'text',
    name: 'text',
    supplier: 'text',
    maker: 'text',
    lot: 'text',
    lot_search: 'text',
    expiry: 'text',
    quantity: 'text',
    origin: 'text',
    made_at: 'text',
    disposition: 'text',
    disposed_at: 'text',
    recalled_at: 'text',
    recall_notice: 'text',
  },
  [['lot_search']],
);

/** What a prepared lot was made of. The row's stream is the prepared one; a part has a record of its own, or only its print. */
export const lotParts = table(
  'lot_parts',
  {
    material: 'stream',
    name: 'text',
    supplier: 'text',
    lot: 'text',
    lot_search: 'text',
    expiry: 'text',
    quantity: 'text',
  },
  [['material'], ['lot_search']],
  { writtenOnce: true },
);

const dispose =
  (disposition: string) =>
  ({ occurredAt, recordedAt }: { readonly occurredAt: string | null; readonly recordedAt: string }, rows: Rows): void => {
    rows.change(lots, ONE, { disposition, disposed_at: occurredAt ?? recordedAt });
  };

type Lot = {
  readonly kind: string;
  readonly name: string;
  readonly supplier?: string | undefined;
  readonly maker?: string | undefined;
  readonly lot: string;
  readonly expiry?: string | undefined;
  readonly quantity?: unknown;
  readonly origin?: string | undefined;
  readonly identifiers?: readonly Identifier[] | undefined;
};

function putLot(rows: Rows, { data, actor, occurredAt }: Recorded<Lot>, made: 'received' | 'prepared'): void {
  rows.put(lots, ONE, {
    owner: actor.org,
    made,
    kind: data.kind,
    name: data.name,
    supplier: data.supplier ?? null,
    maker: data.maker ?? null,
    lot: data.lot,
    lot_search: lotSearch(data.lot),
    expiry: data.expiry ?? null,
    quantity: json(data.quantity),
    origin: data.origin ?? null,
    made_at: occurredAt,
  });
  putIdentifiers(rows, data.identifiers);
}

export const materialHandlers: readonly Handler[] = [
  on(domain.received, (event, rows) => putLot(rows, event, 'received')),
  on(domain.prepared, (event, rows) => {
    const { data } = event;
    putLot(rows, event, 'prepared');
    data.parents.forEach((parent, n) => {
      const quantity = json(parent.quantity);
      if ('material' in parent) {
        rows.put(lotParts, String(n), { material: `material-${parent.material}`, quantity });
        return;
      }
      const { name, supplier, lot, expiry } = parent;
      rows.put(lotParts, String(n), { name, supplier, lot, lot_search: lotSearch(lot), expiry: expiry ?? null, quantity });
    });
  }),
  on(domain.released, dispose('released')),
  on(domain.rejected, dispose('rejected')),
  on(domain.recalled, ({ data, occurredAt, recordedAt }, rows) => {
    rows.change(lots, ONE, { recalled_at: occurredAt ?? recordedAt, recall_notice: data.notice ?? null });
  }),
];
