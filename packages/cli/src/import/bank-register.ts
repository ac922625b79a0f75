import { createReadStream } from 'node:fs';
import { parseEntered } from '@cytoledger/client';
import { CsvError, parse } from 'csv-parse';
import { CliError } from '../exit.ts';

/** One container of a bank, as a register has it. */
export type BankRow = {
  readonly line: number;
  readonly lot: string;
  /** Number of the container as printed; null where the register has none. */
  readonly unit: string | null;
  readonly kind: 'cryobag' | 'vial' | 'syringe' | 'segment';
  readonly passage: number | null;
  readonly frozen: FrozenOn | null;
  /** Cells in it, with the text as it was entered. */
  readonly cells: { readonly value: string; readonly unit: string; readonly asEntered?: string } | null;
  readonly place: { readonly tank?: string; readonly rack?: string; readonly box?: string; readonly slot?: string };
};

/** The start of the day or month, as it is said there. */
type FrozenOn = { readonly occurredAt: string; readonly precision: 'day' | 'month' };

type RegisterFault = { readonly line: number; readonly message: string };

export type Register = { readonly rows: readonly BankRow[]; readonly faults: readonly RegisterFault[] };

/** What a column may be called. Case and blanks do not count. */
const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  lot: ['lot', 'batch', 'bank', '批号', '库批号', '批次'],
  unit: ['unit', 'vial', 'container', 'number', '编号', '管号', '袋号'],
  kind: ['kind', 'type', '类型', '容器'],
  passage: ['passage', 'p', '代次'],
  date: ['date', 'frozen', 'freezingdate', '日期', '冻存日期'],
  quantity: ['quantity', 'cells', '数量', '细胞数', '细胞数量'],
  position: ['position', 'location', '位置', '存放位置'],
  tank: ['tank', '罐', '液氮罐', '罐号'],
  rack: ['rack', '架', '架号'],
  box: ['box', '盒', '盒号'],
  slot: ['slot', '位', '孔位', '位号'],
  status: ['status', 'state', 'disposition', 'fate', '状态', '库存状态', '去向', '处置'],
};

/** What a register calls a container that is still there. */
const THERE: readonly string[] = ['instock', 'stored', 'available', 'onhand', '在库', '库存', '在存', '可用'];

const KINDS: Readonly<Record<string, BankRow['kind']>> = {
  vial: 'vial',
  cryobag: 'cryobag',
  bag: 'cryobag',
  syringe: 'syringe',
  segment: 'segment',
  冻存管: 'vial',
  管: 'vial',
  冻存袋: 'cryobag',
  袋: 'cryobag',
  注射器: 'syringe',
  留样管段: 'segment',
};

/**
 * The rows of a bank register, a CSV file (RFC 4180, UTF-8), and what cannot be read in it. A position in one cell is `tank-rack-box-slot`, where
 * only the tank's name may hold hyphens. Quantities are read as people write them (`1.2×10^6`, `500万`); cells are meant where no unit is written.
 *
 * @param offset of the dates, e.g. `+08:00`
 * @throws CliError for the headings, or a file that is no CSV
 */
export async function readRegister(path: string, offset: string): Promise<Register> {
  const rows: BankRow[] = [];
  const faults: RegisterFault[] = [];
  const seen = new Map<string, number>();
  let columns: readonly (string | null)[] | undefined;
  const records = createReadStream(path).pipe(
    parse({ bom: true, info: true, trim: true, relax_column_count: true, skip_empty_lines: true }),
  );
  type Entry = { readonly record: readonly string[]; readonly info: { readonly lines: number } };
  try {
    for await (const { record, info } of records as AsyncIterable<Entry>) {
      if (!columns) {
        columns = columnsOf(record);
        continue;
      }
      const cells = new Map(columns.flatMap((name, n) => (name === null || !record[n] ? [] : [[name, record[n]] as const])));
      const read = rowOf(cells, info.lines, offset);
      faults.push(...read.faults.map((message) => ({ line: info.lines, message })), ...twice(read.row, seen));
      if (read.row) rows.push(read.row);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CliError(`${path}: ${error.message}`, 'Save it as CSV with commas and double quotes (RFC 4180), in UTF-8.');
  }
  return { rows, faults };
}

/** Case and blanks do not count. */
function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');
}

/** @throws CliError */
function columnsOf(headings: readonly string[]): (string | null)[] {
  const columns = headings.map((heading) => {
    const found = Object.entries(HEADINGS).find(([, names]) => names.includes(plainText(heading)));
    return found?.[0] ?? null;
  });
  if (!columns.includes('lot')) {
    throw new CliError(
      'the register has no column for the lot',
      `Its first row holds headings; known ones: ${Object.keys(HEADINGS).join(', ')}.`,
    );
  }
  return columns;
}

function rowOf(
  cells: ReadonlyMap<string, string>,
  line: number,
  offset: string,
): { readonly row: BankRow | null; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const lot = cells.get('lot');
  if (lot === undefined) return { row: null, faults: ['the lot is missing'] };
  const passage = cells.get('passage')?.replace(/^p\s*/i, '');
  if (passage !== undefined && !/^\d{1,3}$/.test(passage)) faults.push(`"${cells.get('passage')}" is no passage number`);
  const kindText = cells.get('kind');
  const kind = kindText === undefined ? 'vial' : KINDS[kindText.toLowerCase()];
  if (!kind) faults.push(`"${kindText}" is no known kind of container`);
  const date = cells.get('date');
  const frozen = date === undefined ? null : frozenOn(date, offset);
  if (date !== undefined && frozen === null) faults.push(`"${date}" is no date`);
  const quantity = cells.get('quantity');
  const amount = quantity === undefined ? null : parseEntered(quantity, { unit: '{cells}' });
  if (amount && !amount.ok) faults.push(amount.problem.message.en);
  const status = cells.get('status');
  if (status !== undefined && !THERE.includes(plainText(status)))
    faults.push(`the container is said to be "${status}": an import takes over what is there, and this would become stock`);
  const place = placeOf(cells);
  if (typeof place === 'string') faults.push(place);
  if (faults.length > 0 || typeof place === 'string' || !kind) return { row: null, faults };
  return {
    faults,
    row: {
      line,
      lot,
      unit: cells.get('unit') ?? null,
      kind,
      passage: passage === undefined ? null : Number(passage),
      frozen,
      cells: amount?.ok ? amount.value : null,
      place,
    },
  };
}

type Place = BankRow['place'];

function placeOf(cells: ReadonlyMap<string, string>): Place | string {
  const named = Object.fromEntries(
    ['tank', 'rack', 'box', 'slot'].flatMap((name) => (cells.has(name) ? [[name, cells.get(name)!]] : [])),
  ) as Place;
  const position = cells.get('position');
  if (position === undefined) return named;
  const place = positioned(position, named.tank);
  if (!place) return `"${position}" is no position tank-rack-box-slot`;
  const differing = Object.entries(named).find(([name, value]) => place[name as keyof Place] !== value);
  if (differing) return `"${position}" is not in ${differing[0]} "${differing[1]}", as its own column says`;
  return place;
}

/** Rack, box and slot, after the tank or alone: they hold no hyphen, a tank may (`LN2-01`). */
const POSITION = /^(?:(?<tank>[^-–/].*?)[-–/])?(?<rack>[^-–/]+)[-–/](?<box>[^-–/]+)[-–/](?<slot>[^-–/]+)$/u;

/** A tank with a column of its own may be repeated in the position, or left out there. Undefined for what is no position. */
function positioned(position: string, tank: string | undefined): Place | undefined {
  const inTank =
    tank !== undefined && position.startsWith(tank) ? partsOf(position.slice(tank.length).replace(/^\s*[-–/]/u, '')) : undefined;
  const read = inTank && inTank.tank === undefined ? inTank : partsOf(position);
  const before = read?.tank ?? tank;
  return read && before !== undefined ? { ...read, tank: before } : undefined;
}

function partsOf(text: string): Place | undefined {
  const parts = Object.entries(POSITION.exec(text)?.groups ?? {}).flatMap(([name, part]) =>
    part === undefined ? [] : [[name, part.trim()] as const],
  );
  return parts.length === 0 || parts.some(([, part]) => /^$|[-–/]$/u.test(part)) ? undefined : Object.fromEntries(parts);
}

/** `2019-03-12`, `2019/3/12`, `2019.03.12`, `20190312`, `2019年3月12日`, and months without a day. */
function frozenOn(text: string, offset: string): FrozenOn | null {
  const plain = text.normalize('NFKC').replace(/\s/g, '');
  const match = /^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?$/.exec(plain) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  if (!match) return null;
  const [year, month, day] = match.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const at = new Date(Date.UTC(year!, month! - 1, day ?? 1));
  if (at.getUTCMonth() !== month! - 1 || at.getUTCDate() !== (day ?? 1)) return null;
  return {
    occurredAt: `${at.toISOString().slice(0, 10)}T00:00:00${offset}`,
    precision: day === null || day === undefined ? 'month' : 'day',
  };
}

/** A container is in the register once, and in a slot stands one. */
function twice(row: BankRow | null, seen: Map<string, number>): RegisterFault[] {
  if (!row) return [];
  const { tank, rack, box, slot } = row.place;
  const names = [
    ...(row.unit === null ? [] : [[`unit ${row.unit} of lot ${row.lot}`, `${row.lot}\0${row.unit}`] as const]),
    ...(slot === undefined
      ? []
      : [[`position ${[tank, rack, box, slot].join('-')}`, JSON.stringify([tank, rack, box, slot])] as const]),
  ];
  return names.flatMap(([name, key]) => {
    const before = seen.get(key);
    seen.set(key, before ?? row.line);
    return before === undefined ? [] : [{ line: row.line, message: `${name} is in line ${before} already` }];
  });
}
