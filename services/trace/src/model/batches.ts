import { batches as domain, type Identifier, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { putChain } from './chains.ts';
import { putIdentifiers } from './identifiers.ts';
import { lineage } from './lineage.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

export const batches = table('batches', {
  status: 'text',
  owner: 'text',
  product: 'stream',
  specification: 'integer',
  study: 'stream',
  regime: 'text',
  autologous: 'integer',
  coi: 'text',
  tier: 'text',
  passage: 'integer',
  passage_ceiling: 'integer',
  opened_at: 'text',
  split_closed: 'integer',
  /** Parts that were drawn from units at the site. */
  drawn: 'integer',
});

/** Everything that touched the cells. */
export const materials = table(
  'materials',
  {
    name: 'text',
    supplier: 'text',
    lot: 'text',
    lot_search: 'text',
    expiry: 'text',
    quantity: 'text',
    role: 'text',
    origin: 'text',
    step: 'text',
    /** Of what touched a single unit only: a diluent. */
    unit: 'text',
    material: 'stream',
    /** Organisation whose entry says so: another's record of a lot is not theirs to read. */
    named_by: 'text',
    occurred_at: 'text',
  },
  [['lot_search'], ['material']],
  { writtenOnce: true },
);

/** Lots are asked for as they are spoken: without case and spaces. */
export const lotSearch = (lot: string) => lot.normalize('NFKC').toUpperCase().replace(/\s/g, '');

type StepData = {
  readonly passage?: number | undefined;
  readonly media?:
    | readonly { readonly name: string; readonly lot?: string | undefined; readonly material?: string | undefined }[]
    | undefined;
};

function takeStep({ id, type, actor, occurredAt, data }: Recorded<StepData>, rows: Rows): void {
  const step = type.split('.')[1]!;
  const held = rows.get(batches, ONE);
  if (data.passage !== undefined && data.passage > (held?.passage ?? -1)) rows.change(batches, ONE, { passage: data.passage });
  data.media?.forEach(({ name, lot, material }, n) => {
    if (lot === undefined && material === undefined) return;
    putMaterial(rows, `${id}/${n}`, { name, lot, material, step, namedBy: actor.org, occurredAt });
  });
}

type Used = {
  readonly name: string;
  readonly lot?: string | undefined;
  readonly material?: string | undefined;
  readonly supplier?: string | undefined;
  readonly expiry?: string | undefined;
  readonly quantity?: unknown;
  readonly role?: string | undefined;
  readonly origin?: string | undefined;
  readonly step?: string | undefined;
  readonly unit?: string | undefined;
  readonly namedBy: string;
  readonly occurredAt: string | null;
};

export function putMaterial(rows: Rows, key: string, used: Used): void {
  rows.put(materials, key, {
    name: used.name,
    supplier: used.supplier ?? null,
    lot: used.lot ?? null,
    lot_search: used.lot === undefined ? null : lotSearch(used.lot),
    expiry: used.expiry ?? null,
    quantity: json(used.quantity),
    role: used.role ?? null,
    origin: used.origin ?? null,
    step: used.step ?? null,
    unit: used.unit ?? null,
    material: used.material ? `material-${used.material}` : null,
    named_by: used.namedBy,
    occurred_at: used.occurredAt,
  });
}

type Opening = {
  readonly product: { readonly id: string; readonly specification: number };
  readonly study?: string | undefined;
  readonly autologous: boolean;
  readonly coi?: string | undefined;
  readonly tier?: string | undefined;
  readonly passage?: number | undefined;
  readonly passageCeiling?: number | undefined;
  readonly identifiers?: readonly Identifier[] | undefined;
};

/** The batch has a record from here on, whether it was kept here from the beginning or taken over. */
export function openBatch({ data, actor, occurredAt }: Recorded<Opening>, rows: Rows): void {
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
}

export const batchHandlers: readonly Handler[] = [
  on(domain.opened, (event, rows) => {
    const { stream, data, occurredAt } = event;
    openBatch(event, rows);
    data.inputs.forEach((input, n) => {
      rows.put(lineage, `input/${n}`, {
        parent: 'donation' in input ? `donation-${input.donation}` : `batch-${input.batch}`,
        child: stream,
        unit: 'unit' in input ? input.unit : null,
        said_by: 'opening',
        quantity: 'quantity' in input ? json(input.quantity) : null,
        occurred_at: occurredAt,
      });
    });
  }),
  on(domain.openingAbandoned, (_, rows) => rows.put(batches, ONE, { status: 'abandoned' })),
  on(domain.originsResolved, ({ data }, rows) => {
    if (data.regime) rows.change(batches, ONE, { regime: data.regime });
  }),
  on(domain.materialUsed, ({ id, data, actor, occurredAt }, rows) =>
    putMaterial(rows, id, { ...data, namedBy: actor.org, occurredAt }),
  ),
  ...[domain.isolated, domain.passaged, domain.expanded, domain.harvested].map((step) => on(step, takeStep)),
  on(domain.transduced, (event, rows) => {
    takeStep(event as Recorded<StepData>, rows);
    const { id, data, actor, occurredAt } = event;
    const { vector: name, lot, material } = data;
    putMaterial(rows, id, { name, lot, material, step: 'transduced', namedBy: actor.org, occurredAt });
    putIdentifiers(rows, data.identifiers);
  }),
  on(domain.splitClosed, ({ data }, rows) => rows.change(batches, ONE, { split_closed: data.units })),
];
