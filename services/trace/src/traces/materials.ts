import { LotsBehind, lotsUsedBy } from '../query/lots.ts';
import type { FollowLinks } from '../query/person-links.ts';
import { idOf, type StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import { type Reached, walkUp } from '../query/walk.ts';
import { amount } from './amounts.ts';
import { type Answer, type Asking, answer, Paths } from './answer.ts';
import { columns } from './columns.ts';
import { donorKnownTo, personLinksSeen } from './permission.ts';
import { givenTo } from './recipient.ts';

export type MaterialRow = {
  readonly batch: string;
  /** Steps from the cells that were given: through batches, and from a prepared lot to what it was made of. */
  readonly depth: number;
  readonly material: string | null;
  readonly supplier: string | null;
  readonly maker: string | null;
  readonly lot: string | null;
  /** As it stands at the moment of the answer; null where the lot has no record of its own. */
  readonly lotStatus: string | null;
  /** Prepared lots that it is in, the one that was used first. */
  readonly inside: readonly string[];
  readonly expiry: string | null;
  readonly role: string | null;
  readonly origin: string | null;
  readonly step: string | null;
  readonly quantity: string | null;
  readonly usedAt: string | null;
  readonly path: readonly string[];
};

const MATERIAL_COLUMNS = columns({
  material: ['Material', '物料'],
  supplier: ['Supplier', '供应商'],
  maker: ['Maker', '生产商'],
  lot: ['Lot', '批号'],
  lotStatus: ['Lot status now', '批次当前状态'],
  inside: ['Inside the prepared lot', '所在配制批'],
  expiry: ['Expiry', '有效期'],
  role: ['Contact or ancillary', '接触/辅助'],
  origin: ['Origin', '来源'],
  step: ['Step', '工序'],
  quantity: ['Quantity', '数量'],
  usedAt: ['Used', '使用时间'],
  batch: ['Batch', '批次'],
  depth: ['Steps', '步数'],
  path: ['Path', '路径'],
});

/**
 * Trace 4, the things: everything that touched a patient's cells, upstream to the donations, and what each prepared lot was made of, to any depth.
 *
 * @throws TraceError `not-found`
 */
export function traceMaterials(asking: Asking, patient: string, links?: FollowLinks): Answer<MaterialRow> {
  const { snapshot, sight } = asking;
  const { treatments, units, followed } = givenTo(asking, patient, links);
  const reached = walkUp(snapshot, [...new Set(units.map(({ batch }) => batch))]);
  const paths = new Paths(snapshot, reached);
  const touched = new Set(units.flatMap(({ id, parent }) => (parent === null ? [id] : [id, parent])));
  const uses = lotsUsedBy(snapshot, reached.streams).filter(({ unit }) => unit === null || touched.has(unit));
  const lots = new LotsBehind(snapshot, uses, (lot) => seesStream(snapshot, sight, lot));
  const nameOf = (stream: StreamNumber) => idOf(snapshot.name(stream));
  const rows = uses.flatMap((use) =>
    seenAs(asking, reached, use.batch).flatMap(({ batch, depth, isKnown }): MaterialRow[] => {
      const common = {
        role: use.role,
        step: use.step,
        usedAt: isKnown ? use.occurred_at : null,
        batch: idOf(snapshot.name(batch)),
      };
      const path = paths.to(batch);
      const direct = { ...common, ...lots.printedOf(use), quantity: amount(use.quantity), inside: [], depth, path };
      return [
        direct,
        ...lots.partsOf(use).map(({ part, through }) => ({
          ...common,
          ...lots.printed(part, nameOf),
          quantity: amount(part.quantity),
          inside: through.map((stream) => lots.lotOf(stream) ?? nameOf(stream)),
          depth: depth + through.length,
          path: [...path, ...through.map((stream) => snapshot.name(stream))],
        })),
      ];
    }),
  );
  return answer(asking, {
    trace: 'materials',
    columns: MATERIAL_COLUMNS,
    rows,
    personLinks: personLinksSeen(asking, followed),
    streams: [...treatments, ...reached.streams, ...lots.streams],
    units,
  });
}

type SeenAs = { readonly batch: StreamNumber; readonly depth: number; readonly isKnown: boolean };

/**
 * What touched cells at their collection is told of each batch that took them: the donation's own number and day would tell two hospitals of one
 * donor, and are for whoever knows the donor.
 */
function seenAs({ snapshot, sight }: Asking, reached: Reached, used: StreamNumber): SeenAs[] {
  if (!snapshot.name(used).startsWith('donation-')) return [{ batch: used, depth: reached.depth.get(used)!, isKnown: true }];
  const given = snapshot.get<{ donor: StreamNumber | null }>(
    'SELECT d.donor FROM donations d WHERE d.stream = :used AND {rows d}',
    {
      used,
    },
  );
  const known = given?.donor == null ? [] : donorKnownTo(snapshot, given.donor);
  const isKnown = sight.everything || known.some((org) => sight.isOf(org));
  const takers = new Set(reached.links.filter(({ parent }) => parent === used).map(({ child }) => child));
  return [...takers].map((batch) => ({ batch, depth: reached.depth.get(batch)! + 1, isKnown }));
}
