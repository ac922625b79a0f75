import { TraceError } from '../errors.ts';
import { type Balance, balanceOf } from '../query/balance.ts';
import { type Printed, PrintedNames } from '../query/names.ts';
import { knownBy } from '../query/origin.ts';
import { Sites } from '../query/sites.ts';
import { idOf } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import { batchesOf, Decisions, unitsOf } from '../query/unit-rows.ts';
import { walkUp } from '../query/walk.ts';
import type { Asking } from '../traces/answer.ts';
import { type UnitFields, unitFields } from '../traces/unit-fields.ts';

export type BatchView = {
  readonly batch: string;
  readonly status: string | null;
  readonly owner: string | null;
  readonly product: string | null;
  readonly productName: { readonly en: string | null; readonly zh: string | null };
  readonly specification: number | null;
  readonly regime: string | null;
  readonly autologous: boolean;
  readonly coi: string | null;
  readonly tier: string | null;
  readonly passage: number | null;
  readonly openedAt: string | null;
  readonly identifiers: readonly Printed[];
  readonly inputs: readonly { readonly from: string; readonly unit: string | null }[];
  readonly origins: { readonly donations: readonly string[]; readonly batches: readonly string[] };
  readonly units: readonly UnitFields[];
  readonly balance: Balance;
  readonly openDeviations: readonly { readonly id: string; readonly class: string; readonly rule: string | null }[];
};

/** A batch with its units and where each is. @throws TraceError `not-found` */
export function viewBatch({ snapshot, sight }: Asking, id: string): BatchView {
  const number = knownBy(snapshot, `batch-${id}`);
  if (number === undefined || !seesStream(snapshot, sight, number)) {
    throw new TraceError('not-found', `nothing is known of a batch ${id} at this moment`);
  }
  const batch = batchesOf(snapshot, [number]).get(number);
  const units = unitsOf(snapshot, [number]);
  const decisions = new Decisions(snapshot, [number]);
  const printed = new PrintedNames(snapshot, [number], 'all');
  const known = { decisions, printed, sites: new Sites(snapshot) };
  const up = walkUp(snapshot, [number]);
  const origins = up.streams.filter((stream) => stream !== number).map((stream) => snapshot.name(stream));
  const inputs = up.links.filter(({ child }) => child === number);
  return {
    batch: id,
    status: batch?.status ?? null,
    owner: batch?.owner ?? null,
    product: batch?.product == null ? null : idOf(snapshot.name(batch.product)),
    productName: { en: batch?.name_en ?? null, zh: batch?.name_zh ?? null },
    specification: batch?.specification ?? null,
    regime: batch?.regime ?? null,
    autologous: batch?.autologous === 1,
    coi: batch?.coi ?? null,
    tier: batch?.tier ?? null,
    passage: batch?.passage ?? null,
    openedAt: batch?.opened_at ?? null,
    identifiers: printed.ofStream(number),
    inputs: inputs.map(({ parent, unit }) => ({ from: snapshot.name(parent), unit })),
    origins: {
      donations: origins.filter((name) => name.startsWith('donation-')).map(idOf),
      batches: origins.filter((name) => name.startsWith('batch-')).map(idOf),
    },
    units: units.map((unit) => unitFields(snapshot, unit, batch, known)),
    balance: balanceOf(units, batch?.split_closed ?? null),
    openDeviations: snapshot.all(
      'SELECT d.key AS id, d.class, d.rule FROM deviations d WHERE d.stream = :number AND d.closed_at IS NULL AND {rows d}',
      { number },
    ),
  };
}
