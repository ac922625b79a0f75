import { PrintedNames } from '../query/names.ts';
import { knownBy } from '../query/origin.ts';
import { Sites } from '../query/sites.ts';
import { idOf, type StreamNumber } from '../query/snapshot.ts';
import { batchesOf, Decisions, type UnitFound, unitsOf } from '../query/unit-rows.ts';
import { type Answer, type Asking, answer } from '../traces/answer.ts';
import { columns } from '../traces/columns.ts';
import { UNIT_COLUMNS, type UnitFields, unitFields } from '../traces/unit-fields.ts';
import { sightOf } from '../traces/units.ts';

type HeldRow = UnitFields & {
  /** Whose batch it is of: answers for the product, wherever the unit is. */
  readonly owner: string | null;
  readonly condition: string | null;
  readonly thawedAt: string | null;
  /** Where it is meant to be used. */
  readonly allocatedSite: string | null;
};

export type Holding = Answer<HeldRow> & {
  /** What to ask with next; null at the end. */
  readonly next: string | null;
};

export type HoldingPage = {
  /** Only what this organisation answers for. */
  readonly holder?: string | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
};

const { holder, contact, ...REST } = UNIT_COLUMNS;
const COLUMNS = columns({
  holder,
  contact,
  owner: ['Owner of the batch', '批次所属机构'],
  ...REST,
  condition: ['Condition on receipt', '接收状态'],
  thawedAt: ['Thawed', '复苏时间'],
  allocatedSite: ['Allocated to', '分配至'],
});

/** Batches whose units are looked at together. */
const AT_ONCE = 50;

/** Where every unit is now that nothing has become of yet, in whose custody, and who answers for it; as far as the viewer may see. Page by page. */
export function unitsHeld(asking: Asking, { holder: by, limit, after }: HoldingPage): Holding {
  const { snapshot, sight } = asking;
  const from = after === undefined ? undefined : placeOf(asking, after);
  const batches = batchesHeld(asking, by, from?.batch ?? 0);
  const found: UnitFound[] = [];
  for (let at = 0; at < batches.length && found.length <= limit; at += AT_ONCE) {
    const some = batches.slice(at, at + AT_ONCE);
    const own = batchesOf(snapshot, some);
    for (const unit of unitsOf(snapshot, some)) {
      if (unit.fate !== null || (by !== undefined && unit.custodian !== by)) continue;
      if (from && unit.batch === from.batch && unit.ordinal <= from.ordinal) continue;
      if (sight.unit(sightOf(snapshot, unit, own.get(unit.batch)))) found.push(unit);
    }
  }
  const page = found.slice(0, limit);
  const shown = [...new Set(page.map(({ batch }) => batch))];
  const known = {
    decisions: new Decisions(snapshot, shown),
    printed: new PrintedNames(snapshot, shown, page),
    sites: new Sites(snapshot),
  };
  const its = batchesOf(snapshot, shown);
  const rows = page.map(
    (unit): HeldRow => ({
      ...unitFields(snapshot, unit, its.get(unit.batch), known),
      owner: its.get(unit.batch)?.owner ?? null,
      condition: unit.condition,
      thawedAt: unit.thawed_at,
      allocatedSite: unit.allocated_site,
    }),
  );
  const last = page.at(-1);
  const next = found.length > limit && last ? `${idOf(snapshot.name(last.batch))}:${last.ordinal}` : null;
  return { ...answer(asking, { trace: 'whereabouts', columns: COLUMNS, rows, streams: shown, units: page, ...known }), next };
}

function placeOf({ snapshot }: Asking, after: string): { batch: StreamNumber; ordinal: number } | undefined {
  const [batch, ordinal] = after.split(':');
  const number = knownBy(snapshot, `batch-${batch}`);
  return number === undefined ? undefined : { batch: number, ordinal: Number(ordinal) };
}

/** Batches with a unit that is somewhere and that may be the viewer's to see, in the order in which they came into the log. */
function batchesHeld({ snapshot, sight }: Asking, by: string | undefined, from: StreamNumber): StreamNumber[] {
  const { everything, viewer } = sight;
  const org = everything || viewer.kind === 'auditor' ? null : viewer.org;
  return snapshot
    .all<{ batch: StreamNumber }>(
      `SELECT DISTINCT w.stream AS batch FROM whereabouts w
        WHERE {rows w} AND w.fate IS NULL AND w.stream >= :from AND (:by IS NULL OR w.custodian = :by)
          AND (:org IS NULL OR w.custodian = :org OR w.allocated_site = :org
            OR EXISTS (SELECT 1 FROM batches b WHERE b.stream = w.stream AND b.owner = :org AND {rows b}))
        ORDER BY w.stream`,
      { from, by: by ?? null, org },
    )
    .map(({ batch }) => batch);
}
