import type { PrintedNames } from '../query/names.ts';
import type { Sites } from '../query/sites.ts';
import { idOf, type Snapshot } from '../query/snapshot.ts';
import type { BatchFound, Decisions, UnitFound } from '../query/unit-rows.ts';
import { amount } from './amounts.ts';

/** What every answer about a unit says of it. */
export type UnitFields = {
  readonly batch: string;
  readonly batchIdentifiers: readonly string[];
  readonly product: string | null;
  readonly specification: number | null;
  readonly tier: string | null;
  readonly passage: number | null;
  readonly unit: string;
  readonly unitIdentifiers: readonly string[];
  readonly label: string | null;
  readonly container: string;
  readonly ordinal: number;
  /** Unit of which it is a part: the bag of a segment or a syringe. */
  readonly partOf: string | null;
  readonly containerLot: string | null;
  readonly volume: string | null;
  readonly cells: string | null;
  readonly disposition: string | null;
  readonly pendingTests: readonly string[];
  readonly restrictions: readonly string[];
  /** Since when something has kept it from being used without a break. */
  readonly restrictedSince: string | null;
  readonly expiry: string | null;
  readonly site: string | null;
  readonly tank: string | null;
  readonly rack: string | null;
  readonly box: string | null;
  readonly slot: string | null;
  readonly holder: string | null;
  /** Role that speaks for the holder. */
  readonly contact: string | null;
  readonly inTransit: boolean;
  readonly shipment: string | null;
  readonly fate: string | null;
  readonly fateAt: string | null;
  readonly consumedInto: string | null;
  readonly lastConfirmed: string | null;
};

export const UNIT_COLUMNS = {
  batch: ['Batch', '批次'],
  batchIdentifiers: ['Batch number as printed', '批号（印刷）'],
  product: ['Product', '产品'],
  specification: ['Specification version', '质量标准版本'],
  tier: ['Bank tier', '细胞库级别'],
  passage: ['Passage', '代次'],
  unit: ['Unit', '单元'],
  unitIdentifiers: ['Unit number as printed', '单元编号（印刷）'],
  label: ['Label', '标签'],
  container: ['Container', '容器'],
  ordinal: ['No. in batch', '序号'],
  partOf: ['Part of', '所属单元'],
  containerLot: ['Container lot', '容器批号'],
  volume: ['Volume', '体积'],
  cells: ['Cells', '细胞数'],
  disposition: ['Disposition', '放行状态'],
  pendingTests: ['Pending tests', '待出结果'],
  restrictions: ['Quarantine, hold, recall', '隔离/暂停/召回'],
  restrictedSince: ['Restricted since', '限制起始'],
  expiry: ['Expiry', '有效期'],
  site: ['Site', '所在机构'],
  tank: ['Tank', '罐'],
  rack: ['Rack', '架'],
  box: ['Box', '盒'],
  slot: ['Slot', '孔位'],
  holder: ['Holder', '责任机构'],
  contact: ['Contact role', '联系岗位'],
  inTransit: ['In transit', '在途'],
  shipment: ['Shipment', '运输单'],
  fate: ['What became of it', '去向'],
  fateAt: ['When', '去向时间'],
  consumedInto: ['Used as input of', '投料至'],
  lastConfirmed: ['Last confirmed', '最近确认'],
} as const;

/** What is known beside the units, looked up once for all of them. */
export type Known = { readonly decisions: Decisions; readonly printed: PrintedNames; readonly sites: Sites };

export function unitFields(
  snapshot: Snapshot,
  unit: UnitFound,
  batch: BatchFound | undefined,
  { decisions, printed, sites }: Known,
): UnitFields {
  const disposition = decisions.dispositionOf(unit);
  const standing = decisions.standing(unit);
  return {
    batch: idOf(snapshot.name(unit.batch)),
    batchIdentifiers: printed.ofStream(unit.batch).map(({ value }) => value),
    product: batch?.name_en ?? (batch?.product ? snapshot.name(batch.product) : null),
    specification: batch?.specification ?? null,
    tier: batch?.tier ?? null,
    passage: batch?.passage ?? null,
    unit: unit.id,
    unitIdentifiers: printed.ofUnit(unit).map(({ value }) => value),
    label: unit.label,
    container: unit.kind,
    // A syringe is numbered within its bag.
    ordinal: unit.part ?? unit.ordinal,
    partOf: unit.parent,
    containerLot: unit.container_lot,
    volume: amount(unit.volume),
    cells: amount(unit.cells),
    disposition: disposition?.disposition ?? null,
    pendingTests: disposition?.pending ?? [],
    restrictions: standing.map(({ restriction, reason, since }) => `${restriction}: ${reason} (${since})`),
    restrictedSince: standing.reduce<string | null>((first, { since }) => earlier(first, since), null),
    expiry: unit.expiry,
    site: unit.site,
    tank: unit.tank,
    rack: unit.rack,
    box: unit.box,
    slot: unit.slot,
    holder: unit.custodian,
    contact: sites.contact(unit.custodian),
    inTransit: unit.in_transit === 1,
    shipment: unit.shipment === null ? null : idOf(snapshot.name(unit.shipment)),
    fate: unit.fate,
    fateAt: unit.fate_at,
    consumedInto: unit.consumed_into === null ? null : idOf(snapshot.name(unit.consumed_into)),
    lastConfirmed: unit.confirmed_at,
  };
}

function earlier(a: string | null, b: string): string {
  return a === null || Date.parse(b) < Date.parse(a) ? b : a;
}
