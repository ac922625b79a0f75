import type { PrintedNames } from '../query/names.ts';
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
  readonly containerLot: string | null;
  readonly volume: string | null;
  readonly cells: string | null;
  readonly disposition: string | null;
  readonly pendingTests: readonly string[];
  readonly restrictions: readonly string[];
  readonly expiry: string | null;
  readonly site: string | null;
  readonly tank: string | null;
  readonly rack: string | null;
  readonly box: string | null;
  readonly slot: string | null;
  readonly holder: string | null;
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
  containerLot: ['Container lot', '容器批号'],
  volume: ['Volume', '体积'],
  cells: ['Cells', '细胞数'],
  disposition: ['Disposition', '放行状态'],
  pendingTests: ['Pending tests', '待出结果'],
  restrictions: ['Quarantine, hold, recall', '隔离/暂停/召回'],
  expiry: ['Expiry', '有效期'],
  site: ['Site', '所在机构'],
  tank: ['Tank', '罐'],
  rack: ['Rack', '架'],
  box: ['Box', '盒'],
  slot: ['Slot', '孔位'],
  holder: ['Holder', '责任机构'],
  inTransit: ['In transit', '在途'],
  shipment: ['Shipment', '运输单'],
  fate: ['What became of it', '去向'],
  fateAt: ['When', '去向时间'],
  consumedInto: ['Used as input of', '投料至'],
  lastConfirmed: ['Last confirmed', '最近确认'],
} as const;

export function unitFields(
  snapshot: Snapshot,
  unit: UnitFound,
  batch: BatchFound | undefined,
  decisions: Decisions,
  printed: PrintedNames,
): UnitFields {
  const disposition = decisions.dispositionOf(unit);
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
    ordinal: unit.ordinal,
    containerLot: unit.container_lot,
    volume: amount(unit.volume),
    cells: amount(unit.cells),
    disposition: disposition?.disposition ?? null,
    pendingTests: disposition?.pending ?? [],
    restrictions: decisions.standing(unit).map(({ restriction, reason, since }) => `${restriction}: ${reason} (${since})`),
    expiry: unit.expiry,
    site: unit.site,
    tank: unit.tank,
    rack: unit.rack,
    box: unit.box,
    slot: unit.slot,
    holder: unit.custodian,
    inTransit: unit.in_transit === 1,
    shipment: unit.shipment === null ? null : idOf(snapshot.name(unit.shipment)),
    fate: unit.fate,
    fateAt: unit.fate_at,
    consumedInto: unit.consumed_into === null ? null : idOf(snapshot.name(unit.consumed_into)),
    lastConfirmed: unit.confirmed_at,
  };
}
