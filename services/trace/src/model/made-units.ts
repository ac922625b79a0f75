import { covers, type Scope } from '@cytoledger/domain';
import { type RowOf, type Rows, table } from '@cytoledger/read-models';

/** Bags, vials and syringes as they were made. Keyed by unit id. */
export const units = table(
  'units',
  {
    kind: 'text',
    ordinal: 'integer',
    made_at: 'integer',
    parent: 'text',
    /** Number within the unit from which it was drawn; null for what a split made. */
    part: 'integer',
    container_lot: 'text',
    volume: 'text',
    cells: 'text',
  },
  [['key']],
);

type Made = RowOf<typeof units.columns>;

/** The stream's units that a scope means and that are recorded. */
export function unitsIn(rows: Rows, scope: Scope): string[] {
  if (scope !== 'whole-batch' && 'units' in scope) return scope.units.filter((id) => rows.get(units, id));
  const all: [string, Made][] = rows.all(units);
  if (scope === 'whole-batch') return all.map(([id]) => id);
  return all.filter(([id, unit]) => covers(scope, { id, ordinal: unit.ordinal! })).map(([id]) => id);
}
