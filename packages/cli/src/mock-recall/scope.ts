import type { TraceAnswer } from '@cytoledger/client';

/** Units of one batch at one site, as the trace answered. */
export type Group = { readonly batch: string; readonly site: string; readonly units: readonly string[] };

export type Scope = {
  readonly batches: readonly string[];
  readonly groups: readonly Group[];
  /** Units of which no holder is known: nobody can be asked for them. */
  readonly withoutHolder: readonly string[];
  /** Units that the asker may know of, but not see. */
  readonly notSeen: number;
};

/** An entry lists at most so many units. */
const MOST_UNITS = 400;
/** A body is at most 65,535 bytes: so many for units and where they are, the others for 400 batches and what else is said. */
const MOST_BYTES = 44_000;
/** A UUID with its quotation marks and comma. */
const UNIT_BYTES = 39;

export function scopeOf({ rows, elsewhere }: TraceAnswer): Scope {
  const grouped = new Map<string, { batch: string; site: string; units: string[] }>();
  const withoutHolder: string[] = [];
  for (const row of rows) {
    const [batch, unit] = [String(row['batch']), String(row['unit'])];
    const site = row['holder'] ?? row['site'];
    if (typeof site !== 'string') {
      withoutHolder.push(unit);
      continue;
    }
    const key = `${batch} ${site}`;
    const group = grouped.get(key) ?? { batch, site, units: [] };
    group.units.push(unit);
    grouped.set(key, group);
  }
  return {
    batches: [...new Set(rows.map((row) => String(row['batch'])))],
    groups: [...grouped.values()],
    withoutHolder,
    notSeen: elsewhere.reduce((sum, { units }) => sum + units, 0),
  };
}

/** The list in pieces that fit into one entry each; the first also names the batches. */
export function pieces({ batches, groups }: Scope): { batches: readonly string[]; units: readonly Group[] }[] {
  const found: { batches: readonly string[]; units: Group[] }[] = [];
  let [units, room, bytes]: [Group[], number, number] = [[], MOST_UNITS, MOST_BYTES];
  const cut = (): void => {
    const from = found.length * MOST_UNITS;
    found.push({ batches: batches.slice(from, from + MOST_UNITS), units });
    [units, room, bytes] = [[], MOST_UNITS, MOST_BYTES];
  };
  for (const { batch, site, units: listed } of groups) {
    const heading = JSON.stringify({ batch, site, units: [] }).length + 1;
    for (let at = 0; at < listed.length; ) {
      const fitting = Math.min(room, Math.floor((bytes - heading) / UNIT_BYTES));
      if (fitting <= 0) {
        cut();
        continue;
      }
      const taken = listed.slice(at, at + fitting);
      units.push({ batch, site, units: taken });
      at += taken.length;
      room -= taken.length;
      bytes -= heading + taken.length * UNIT_BYTES;
    }
  }
  if (units.length > 0 || found.length === 0) cut();
  while (found.length * MOST_UNITS < batches.length) cut();
  return found;
}
