import { LIST_LIMIT } from '../vocabulary/index.ts';
import { INFUSION_STEPS } from './lineage.ts';
import { entryOf } from './memory.ts';
import { idIn, type Seen } from './policy.ts';

/** Units of each batch that were made, and which of them have left it: shipped, received elsewhere, infused, discarded or used up. */
export type Stock = {
  /** By batch, unit id → ordinal. */
  readonly made: Map<string, Map<string, number>>;
  readonly gone: Map<string, Set<string>>;
};

const LEAVING = [
  'batch.unit-shipped.',
  'batch.unit-received.',
  'batch.unit-infused.',
  ...INFUSION_STEPS,
  'batch.unit-consumed.',
  'batch.unit-discarded.',
] as const;

/** An opening that took a unit was abandoned, or a hospital sent it back. */
const RETURNING = ['batch.unit-returned-to-stock.', 'batch.unit-returned.'] as const;

export const STOCK_TYPES = ['batch.split.', ...RETURNING, ...LEAVING] as const;

export function emptyStock(): Stock {
  return { made: new Map(), gone: new Map() };
}

/** Takes the event in; the units that are there since: made, or back again. */
export function addToStock(stock: Stock, { type, stream, data }: Seen): readonly string[] {
  const batch = idIn(stream);
  if (type.startsWith('batch.split.')) {
    const made = entryOf(stock.made, batch, () => new Map<string, number>());
    const { units } = data as { readonly units: readonly { readonly id: string; readonly ordinal: number }[] };
    const fresh = units.filter((unit) => !made.has(unit.id));
    for (const unit of fresh) made.set(unit.id, unit.ordinal);
    return fresh.map((unit) => unit.id);
  }
  if (RETURNING.some((prefix) => type.startsWith(prefix))) {
    return unitsNamed(stock, batch, data).filter((unit) => stock.gone.get(batch)?.delete(unit));
  }
  if (LEAVING.some((prefix) => type.startsWith(prefix))) {
    const gone = entryOf(stock.gone, batch, () => new Set<string>());
    for (const unit of unitsNamed(stock, batch, data)) gone.add(unit);
  }
  return [];
}

type Naming = {
  readonly unit?: string;
  readonly units?: readonly (string | { readonly unit: string })[];
  readonly scope?:
    | 'whole-batch'
    | { readonly units: readonly string[] }
    | { readonly ranges: readonly { readonly from: number; readonly to: number }[] };
};

function unitsNamed(stock: Stock, batch: string, data: unknown): readonly string[] {
  const { unit, units, scope } = data as Naming;
  if (unit !== undefined) return [unit];
  if (units !== undefined) return units.map((each) => (typeof each === 'string' ? each : each.unit));
  if (scope === undefined) return [];
  if (scope !== 'whole-batch' && 'units' in scope) return scope.units;
  const made = [...(stock.made.get(batch) ?? [])];
  const meant =
    scope === 'whole-batch'
      ? made
      : made.filter(([, ordinal]) => scope.ranges.some(({ from, to }) => from <= ordinal && ordinal <= to));
  return meant.map(([id]) => id);
}

/** Whether any of its units has left. */
export function hasLeft(stock: Stock, batch: string): boolean {
  return (stock.gone.get(batch)?.size ?? 0) > 0;
}

/** Units that are still there, in lists that one event can hold, with the lowest ordinal of each. */
export function remaining(
  stock: Stock,
  batch: string,
  among?: readonly string[],
): { readonly units: string[]; readonly from: number }[] {
  const made = stock.made.get(batch) ?? new Map<string, number>();
  const gone = stock.gone.get(batch) ?? new Set<string>();
  const left = [...(among ?? made.keys())].filter((unit) => !gone.has(unit)).sort((a, b) => made.get(a)! - made.get(b)!);
  return Array.from({ length: Math.ceil(left.length / LIST_LIMIT) }, (_, n) => {
    const units = left.slice(n * LIST_LIMIT, (n + 1) * LIST_LIMIT);
    return { units, from: made.get(units[0]!)! };
  });
}

/** Units made of a batch as ranges of ordinals, without those excepted: as long as the split told of them, a range has no hole that nobody knows. */
export function rangesOf(
  stock: Pick<Stock, 'made'>,
  batch: string,
  except: ReadonlySet<string>,
  among?: readonly string[],
): { readonly from: number; readonly to: number }[] {
  const made = stock.made.get(batch) ?? new Map<string, number>();
  const ordinals = [...(among ?? made.keys())]
    .filter((unit) => !except.has(unit))
    .flatMap((unit) => made.get(unit) ?? [])
    .sort((a, b) => a - b);
  const ranges: { from: number; to: number }[] = [];
  for (const ordinal of ordinals) {
    const last = ranges.at(-1);
    if (last && ordinal <= last.to + 1) last.to = ordinal;
    else ranges.push({ from: ordinal, to: ordinal });
  }
  return ranges;
}
