import { balanceOf } from '../query/balance.ts';
import { batchesUsing, lotStatus, lotsBehind, lotsOf, preparedOf } from '../query/lots.ts';
import { PrintedNames } from '../query/names.ts';
import type { Origin } from '../query/origin.ts';
import { recalledAt } from '../query/recalled.ts';
import { Sites } from '../query/sites.ts';
import { idOf, type StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import { treatmentsOf } from '../query/treatments.ts';
import { batchesOf, Decisions, type UnitFound } from '../query/unit-rows.ts';
import { type Answer, type Asking, answer } from './answer.ts';
import { byPrintSeen } from './by-print.ts';
import { columns } from './columns.ts';
import { originAsked, personLinksSeen } from './permission.ts';
import { exposedOf, type Forward, goForward, sightOf, visibleLinks } from './units.ts';

/** What a recall needs of each site. */
type SiteRow = {
  readonly site: string | null;
  /** Role that speaks for the site. */
  readonly contact: string | null;
  readonly batches: readonly string[];
  /** Units that ever came here, or are on their way. */
  readonly sent: number;
  /** Of those, what has gone on elsewhere since. */
  readonly sentOn: number;
  readonly units: number;
  readonly onHand: number;
  readonly inTransit: number;
  readonly used: number;
  readonly recipients: number;
  readonly destroyed: number;
  readonly sampled: number;
  readonly furtherProcessed: number;
  readonly restricted: number;
  /** By the answers to a recall; null where nothing of the site is on the list of one. */
  readonly unaccounted: number | null;
  readonly noticeSentAt: string | null;
  readonly noticeDeadline: string | null;
  readonly acknowledgedAt: string | null;
  readonly lastConfirmed: string | null;
};

export type Failure = Answer<SiteRow> & {
  /** Batches that shared a lot, or a part of one, with those asked about and came of none of them. */
  readonly sisters: readonly Sister[];
  /** Where a lot was asked for: its records, and those of lots prepared of it, as they stand. */
  readonly lots: readonly LotRow[];
};
type LotRow = {
  readonly material: string;
  readonly name: string | null;
  readonly supplier: string | null;
  readonly maker: string | null;
  readonly lot: string | null;
  readonly made: string | null;
  readonly status: string | null;
};
type Sister = {
  readonly batch: string;
  readonly material: string;
  readonly supplier: string | null;
  readonly lot: string;
};

const COLUMNS = columns({
  site: ['Site', '机构'],
  contact: ['Contact role', '联系岗位'],
  batches: ['Batches', '批次'],
  sent: ['Sent', '发出'],
  sentOn: ['Sent on', '已转出'],
  units: ['Units', '单元数'],
  onHand: ['On hand', '在库'],
  inTransit: ['In transit', '在途'],
  used: ['Used', '已使用'],
  recipients: ['Recipients', '受者数'],
  destroyed: ['Destroyed', '已销毁'],
  sampled: ['Sampled', '取样'],
  furtherProcessed: ['Further processed', '投料'],
  restricted: ['Quarantined, held or recalled', '隔离/暂停/召回'],
  unaccounted: ['Unaccounted', '去向不明'],
  noticeSentAt: ['Notice sent', '通知发出'],
  noticeDeadline: ['Answer due', '答复期限'],
  acknowledgedAt: ['Acknowledged', '已答复'],
  lastConfirmed: ['Last confirmed', '最近确认'],
});

/** Trace 6: a batch or a lot fails; who has how many, and who was given them. @throws TraceError `not-found` */
export function traceFailure(asking: Asking, origin: Origin): Failure {
  const { snapshot, sight } = asking;
  const found = originAsked(asking, origin);
  const { reached, units, batches } = goForward(snapshot, found);
  const decisions = new Decisions(snapshot, [...batches.keys()]);
  const treatments = treatmentsOf(snapshot, [...new Set(units.flatMap(({ infused_in }) => infused_in ?? []))]);
  const seen = units.filter((unit) => sight.unit(sightOf(snapshot, unit, batches.get(unit.batch))));
  const siteOf = (unit: UnitFound) =>
    (unit.infused_in === null ? undefined : treatments.get(unit.infused_in)?.site) ?? unit.custodian;
  const sites = new Sites(snapshot);
  const called = recalledAt(snapshot, [...batches.keys()]);
  const here = Map.groupBy(seen, siteOf);
  const beside = recipientsBeside(asking, { reached, units, batches });
  const sent = sentTo(asking, seen);
  const all = new Set([...here.keys(), ...sent.keys(), ...beside.keys()]);
  const rows = [...all].map((site): SiteRow => {
    const own = here.get(site) ?? [];
    const came = sent.get(site) ?? new Set();
    const balance = balanceOf(own, null);
    const recall = site === null ? undefined : called.get(site);
    const stayed = own.filter(({ id }) => came.has(id)).length;
    return {
      site,
      contact: sites.contact(site),
      sent: came.size,
      sentOn: came.size - stayed,
      batches: [...new Set(own.map(({ batch }) => idOf(snapshot.name(batch))))],
      units: own.length,
      onHand: balance.onHand,
      inTransit: balance.inTransit,
      used: balance.infused,
      recipients: new Set([...own.flatMap(({ infused_in }) => infused_in ?? []), ...(beside.get(site) ?? [])]).size,
      destroyed: balance.discarded,
      sampled: balance.sampled,
      furtherProcessed: balance.consumed,
      restricted: own.filter((unit) => decisions.standing(unit).length > 0).length,
      unaccounted: recall?.unaccounted ?? null,
      noticeSentAt: recall?.noticeSentAt ?? null,
      noticeDeadline: recall?.deadline ?? null,
      acknowledgedAt: recall?.acknowledgedAt ?? null,
      lastConfirmed: own.reduce<string | null>((last, { confirmed_at: at }) => newer(last, at), null),
    };
  });
  rows.sort((a, b) => String(a.site).localeCompare(String(b.site)));
  const answered = answer(asking, {
    trace: 'failure',
    columns: COLUMNS,
    rows,
    links: visibleLinks(asking, reached, batches),
    personLinks: personLinksSeen(asking, found.followed),
    balance: balanceOf(seen, null),
    streams: reached.streams,
    units: seen,
    byPrint: byPrintSeen(asking, found, seen),
    printed: new PrintedNames(snapshot, reached.streams, []),
  });
  return {
    ...answered,
    sisters: sistersOf(asking, found.roots, new Set(batches.keys())),
    lots: lotRows(asking, found.lots ?? []),
  };
}

/** Treatments in which something was given by their own record or a report, and not by the unit's, at the site where it was. */
function recipientsBeside({ snapshot, sight }: Asking, forward: Forward): Map<string | null, Set<StreamNumber>> {
  const exposed = exposedOf(snapshot, forward).filter(({ toldIn }) => toldIn !== 'batch');
  const treatments = treatmentsOf(snapshot, [...new Set(exposed.map(({ infused_in }) => infused_in))]);
  const found = new Map<string | null, Set<StreamNumber>>();
  for (const unit of exposed) {
    const treatment = treatments.get(unit.infused_in);
    const site = treatment?.site ?? unit.saidBy;
    const patient = snapshot.name(treatment?.patient ?? unit.patient);
    const owner = forward.batches.get(unit.batch)?.owner ?? null;
    if (!sight.batch({ batch: snapshot.name(unit.batch), owner }) && !sight.treatment({ site, patient })) continue;
    const held = found.get(site);
    if (held) held.add(unit.infused_in);
    else found.set(site, new Set([unit.infused_in]));
  }
  return found;
}

/** Ids of units that each site received, or that are on their way to it. */
function sentTo({ snapshot }: Asking, units: readonly UnitFound[]): Map<string | null, Set<string>> {
  const known = new Set(units.map(({ id }) => id));
  const rows = snapshot.all<{ id: string; site: string }>(
    `SELECT DISTINCT w.key AS id, w.received_by AS site FROM json_each(:batches) b CROSS JOIN whereabouts w
      WHERE w.stream = b.value AND w.received_by IS NOT NULL AND w.began <= :e
     UNION
     SELECT w.key, s.consignee FROM json_each(:batches) b CROSS JOIN whereabouts w CROSS JOIN shipments s
      WHERE w.stream = b.value AND w.in_transit = 1 AND {rows w} AND s.stream = w.shipment AND s.consignee IS NOT NULL AND {rows s}`,
    { batches: JSON.stringify([...new Set(units.map(({ batch }) => batch))]) },
  );
  const sent = new Map<string | null, Set<string>>();
  for (const { id, site } of rows) {
    if (!known.has(id)) continue;
    const held = sent.get(site);
    if (held) held.add(id);
    else sent.set(site, new Set([id]));
  }
  return sent;
}

function newer(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

/** Of lots in the viewer's own records; oversight sees all. */
function lotRows({ snapshot, sight }: Asking, lots: readonly StreamNumber[]): LotRow[] {
  return [...lotsOf(snapshot, lots).values()]
    .filter(({ owner }) => sight.everything || sight.isOf(owner))
    .map(({ stream, name, supplier, maker, lot, made, ...rest }) => ({
      material: idOf(snapshot.name(stream)),
      name,
      supplier,
      maker,
      lot,
      made,
      status: lotStatus({ made, ...rest }),
    }));
}

function sistersOf({ snapshot, sight }: Asking, roots: readonly StreamNumber[], reached: ReadonlySet<StreamNumber>): Sister[] {
  const rows = snapshot.all<Shared>(
    `SELECT DISTINCT o.stream, b.owner, o.name, o.supplier, o.lot
       FROM json_each(:roots) r CROSS JOIN materials m CROSS JOIN materials o CROSS JOIN batches b
      WHERE m.stream = r.value AND {rows m} AND o.lot_search = m.lot_search AND {rows o}
        AND (o.supplier IS NULL OR m.supplier IS NULL OR o.supplier = m.supplier)
        AND b.stream = o.stream AND {rows b}
      ORDER BY o.stream`,
    { roots: JSON.stringify(roots) },
  );
  const sisters = [...rows, ...sharingParts({ snapshot, sight }, roots)]
    .filter(({ stream, owner }) => !reached.has(stream) && sight.batch({ batch: snapshot.name(stream), owner }))
    .map(({ stream, name, supplier, lot }) => ({ batch: idOf(snapshot.name(stream)), material: name, supplier, lot }));
  return [...new Map(sisters.map((sister) => [JSON.stringify(sister), sister])).values()];
}

type Shared = {
  readonly stream: StreamNumber;
  readonly owner: string | null;
  readonly name: string;
  readonly supplier: string | null;
  readonly lot: string;
};

/** Batches in which something is that is in these, by the records of lots: also where both only share a part of what was prepared. */
function sharingParts({ snapshot, sight }: Asking, roots: readonly StreamNumber[]): Shared[] {
  const makers = new Set([...batchesOf(snapshot, roots).values()].map(({ owner }) => owner));
  const told = [...lotsOf(snapshot, lotsBehind(snapshot, roots)).values()].filter(
    ({ stream, owner }) => makers.has(owner) || seesStream(snapshot, sight, stream),
  );
  return told.flatMap(({ stream: shared, name, supplier, lot }) =>
    [...batchesOf(snapshot, batchesUsing(snapshot, preparedOf(snapshot, [shared])))].map(([stream, { owner }]) => ({
      stream,
      owner,
      name: name ?? '',
      supplier,
      lot: lot ?? '',
    })),
  );
}
