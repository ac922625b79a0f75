import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@cytoledger/attest';
import { CliError } from '../exit.ts';
import type { BankRow } from './bank-register.ts';
import { RowIds } from './row-id.ts';

/** What a register does not say: the rest of `batch.legacy-imported`, for all its lots or, under `lots`, for one of them. */
export type AboutBank = JsonObject & {
  /** Organisation that gave the numbers. */
  readonly site?: string;
  readonly lots?: { readonly [lot: string]: JsonObject };
};

/** One event to send, and the rows of the register that it came of. */
export type BankLine = { readonly text: string; readonly lot: string; readonly rows: readonly number[] };

/** A body is at most 65,535 bytes; a unit takes about 350 of them. */
const UNITS_IN_ONE = 150;

/**
 * The events of a register, lot by lot: the import with its declared facts and gaps, its units, that they were frozen, and where they stand. Ids are made
 * of what is said, so that the same register imported again stores nothing twice.
 *
 * @throws CliError where `about` lacks what every import needs
 */
export function bankLines(rows: readonly BankRow[], about: AboutBank): BankLine[] {
  const { site } = about;
  if (typeof site !== 'string')
    throw new CliError('who gave the numbers is not said', '"site" in the --about file names the organisation.');
  const ids = new RowIds();
  return [...Map.groupBy(rows, ({ lot }) => lot)].flatMap(([lot, own]) => linesOfLot(lot, own, about, site, ids));
}

function linesOfLot(lot: string, rows: readonly BankRow[], about: AboutBank, site: string, ids: RowIds): BankLine[] {
  const { site: _, lots, ...common } = about;
  const said = { ...common, ...lots?.[lot] } as JsonObject;
  const product = (said['product'] as JsonObject | undefined)?.['id'];
  const batch = stableId('bank', site, String(product), lot);
  const stream = `batch-${batch}`;
  const passages = new Set(rows.flatMap(({ passage }) => passage ?? []));
  const frozen = rows.flatMap(({ frozen: on }) => on ?? []).sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1));
  const line = (type: string, on: BankRow['frozen'], data: JsonObject, of: readonly BankRow[]): BankLine => {
    const capture = { mode: 'import', precision: on?.precision ?? 'unknown' };
    const row = { type, stream, occurredAt: on?.occurredAt ?? null, capture, data } as const;
    return { lot, rows: of.map(({ line: number }) => number), text: JSON.stringify({ id: ids.idOf(row as never), ...row }) };
  };
  const units = new Map(rows.map((row, n) => [row, unitOf(row, n + 1, batch, site)]));
  const byDate = [...Map.groupBy(rows, ({ frozen: on }) => on?.occurredAt ?? '')].map(([, of]) => of);
  const stored = rows.filter(({ place }) => place.tank !== undefined);
  return [
    line(
      'batch.legacy-imported.v1',
      frozen[0] ?? null,
      {
        identifiers: [{ scheme: 'local', site, kind: 'batch', value: lot }],
        ...(passages.size === 1 && { passage: [...passages][0]! }),
        ...said,
      },
      rows,
    ),
    ...byDate.flatMap((of) =>
      pieces(of).map((piece) => line('batch.split.v1', piece[0]!.frozen, { units: piece.map((row) => units.get(row)!) }, piece)),
    ),
    ...byDate.flatMap((of) =>
      pieces(of).map((piece) => line('batch.unit-cryopreserved.v1', piece[0]!.frozen, { scope: scopeOf(piece, units) }, piece)),
    ),
    ...[...Map.groupBy(stored, ({ frozen: on, place: { tank, rack, box } }) => JSON.stringify([on?.occurredAt, tank, rack, box]))]
      .flatMap(([, of]) => pieces(of))
      .map((piece) => line('batch.unit-stored.v2', piece[0]!.frozen, placing(piece, units), piece)),
  ];
}

function unitOf({ unit, kind, cells }: BankRow, ordinal: number, batch: string, site: string): JsonObject {
  return {
    id: stableId('unit', batch, unit ?? `#${ordinal}`),
    kind,
    ordinal,
    ...(unit !== null && { identifiers: [{ scheme: 'local', site, kind: 'unit', value: unit }] }),
    ...(cells && { cells: { ...cells, what: 'total', basis: 'label-claim' } as JsonObject }),
  };
}

function scopeOf(rows: readonly BankRow[], units: ReadonlyMap<BankRow, JsonObject>): JsonObject {
  return { units: rows.map((row) => units.get(row)!['id'] as JsonValue) };
}

function placing(rows: readonly BankRow[], units: ReadonlyMap<BankRow, JsonObject>): JsonObject {
  const { tank, rack, box } = rows[0]!.place;
  const slots = rows.flatMap((row) =>
    row.place.slot === undefined ? [] : [{ unit: units.get(row)!['id']!, slot: row.place.slot }],
  );
  return {
    scope: scopeOf(rows, units),
    tank: tank!,
    ...(rack !== undefined && { rack }),
    ...(box !== undefined && { box }),
    ...(slots.length > 0 && { slots }),
  };
}

function pieces(rows: readonly BankRow[]): BankRow[][] {
  return Array.from({ length: Math.ceil(rows.length / UNITS_IN_ONE) }, (_, n) =>
    rows.slice(n * UNITS_IN_ONE, (n + 1) * UNITS_IN_ONE),
  );
}

/** A UUIDv8 (RFC 9562 §5.8) of what the thing is: the same bank or vial has the same id at every import. */
function stableId(...names: readonly string[]): string {
  const hex = createHash('sha256')
    .update(`cytoledger/bank/v1\0${names.join('\0')}`)
    .digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
