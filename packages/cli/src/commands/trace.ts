import { rename, writeFile } from 'node:fs/promises';
import type { Client, Origin, OriginTrace, PatientTrace, TraceAnswer, When } from '@cytoledger/client';
import { languageOf } from '../connection.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tell } from '../io.ts';
import { isSet, needed, type Options, text } from '../options.ts';
import { tableText } from '../table.ts';

const FORWARDS: readonly string[] = ['units', 'recipients', 'failures'] satisfies OriginTrace[];
const BACKWARDS: readonly string[] = ['given', 'donors', 'materials', 'work'] satisfies PatientTrace[];

export const TRACES = [...FORWARDS, 'look-back', ...BACKWARDS, 'whereabouts'];

const FILES: readonly string[] = ['csv', 'xlsx'];

/** Follows cells from their origin to whoever has them, or from a patient back. */
export async function trace(what: string, options: Options, io: Io, client: Client): Promise<ExitCode> {
  const format = text(options, 'format');
  if (format !== undefined && FILES.includes(format)) return asFile(what, format, options, io, client);
  if (format !== undefined && format !== 'json')
    throw new CliError(`no format is called ${format}`, `There are json, ${FILES.join(', ')}; a table where it is left out.`);
  const answer = await ask(what, options, io, client);
  if (isSet(options, 'json') || format === 'json') {
    printJson(io, answer);
    return EXIT.done;
  }
  const language = languageOf(options, io);
  print(io, [asTable(answer, text(options, 'columns'), language), ...balanceOf(answer, language)].join('\n\n'));
  for (const line of lacking(answer)) tell(io, line);
  return EXIT.done;
}

/** As the platform writes it: to a file, or, for CSV, to whatever comes next. */
async function asFile(what: string, format: string, options: Options, io: Io, client: Client): Promise<ExitCode> {
  const file = text(options, 'output');
  if (file === undefined && format === 'xlsx') throw new CliError('a workbook needs a file', 'Name one: --output answer.xlsx');
  const { path, query } = questionOf(what, options);
  const bytes = await client.queryFile(path, format, { ...query, ...whenOf(options) }, { signal: io.signal });
  if (file === undefined) {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const chunk of bytes) io.stdout.write(decoder.decode(chunk, { stream: true }));
  } else {
    // Whole or not at all: half a workbook looks like an answer.
    await writeFile(`${file}.part`, bytes, { signal: io.signal });
    await rename(`${file}.part`, file);
    tell(io, `written to ${file}`);
  }
  return EXIT.done;
}

type TraceQuestion = { readonly path: string; readonly query: Readonly<Record<string, string | undefined>> };

function questionOf(what: string, options: Options): TraceQuestion {
  if (FORWARDS.includes(what)) return { path: `/v1/traces/${what}`, query: { ...originOf(options) } };
  if (what === 'look-back') return { path: '/v1/traces/look-back', query: { donor: donorOf(options) } };
  if (BACKWARDS.includes(what)) return { path: `/v1/patients/${encodeURIComponent(patientOf(options))}/${what}`, query: {} };
  if (what === 'whereabouts') return { path: '/v1/whereabouts', query: {} };
  throw unknownTrace(what);
}

const donorOf = (options: Options) => needed(options, 'donor', 'Name the donor by pseudonym.');
const patientOf = (options: Options) => needed(options, 'patient', 'Name the patient by pseudonym.');
const unknownTrace = (what: string) => new CliError(`no trace is called ${what}`, `There are ${TRACES.join(', ')}.`);

function ask(what: string, options: Options, { signal }: Io, client: Client): Promise<TraceAnswer> {
  const call = { signal };
  const when = whenOf(options);
  if (FORWARDS.includes(what)) return client.trace(what as OriginTrace, originOf(options), when, call);
  if (what === 'look-back') return client.lookBack(donorOf(options), when, call);
  if (BACKWARDS.includes(what)) {
    return client.tracePatient(what as PatientTrace, patientOf(options), when, call);
  }
  if (what === 'whereabouts') return client.query('/v1/whereabouts', { ...when }, call);
  throw unknownTrace(what);
}

export function whenOf(options: Options): When {
  const [asOf, minPosition] = [text(options, 'asOf'), text(options, 'minPosition')];
  return { ...(asOf !== undefined && { asOf }), ...(minPosition !== undefined && { minPosition }) };
}

/** @throws CliError where not exactly one is named */
export function originOf(options: Options): Origin {
  const given = ['donor', 'donation', 'batch', 'unit', 'lot', 'material'].flatMap((name) => {
    const value = text(options, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (given.length !== 1)
    throw new CliError('a trace has one origin', 'Give one of --donor, --donation, --batch, --unit, --lot, --material.');
  const supplier = text(options, 'supplier');
  return { ...Object.fromEntries(given), ...(supplier !== undefined && { supplier }) } as unknown as Origin;
}

function asTable(answer: TraceAnswer, columns: string | undefined, language: 'zh' | 'en'): string {
  const { rows } = answer;
  const shown = shownColumns(answer, columns);
  if (rows.length === 0) return NOTHING[language];
  return tableText(
    shown.map((column) => column[language]),
    [
      ...rows.map((row) => shown.map(({ key }) => cell(row[key]))),
      ...(answer.trace === 'failure' && rows.length > 1 ? [sums(rows, shown, language)] : []),
    ],
  );
}

const NOTHING = { en: 'nothing found', zh: '没有找到' } as const;
const IN_ALL = { en: 'in all', zh: '合计' } as const;

type Columns = TraceAnswer['columns'];

/** Those that were named, in that order; otherwise all that have something in them. @throws CliError */
function shownColumns({ columns, rows }: TraceAnswer, named: string | undefined): Columns {
  if (named === undefined) return columns.filter(({ key }) => rows.some((row) => row[key] !== null && row[key] !== undefined));
  return named.split(',').map((key) => {
    const column = columns.find((each) => each.key === key.trim());
    if (!column)
      throw new CliError(`this answer has no column ${key}`, `There are ${columns.map((each) => each.key).join(', ')}.`);
    return column;
  });
}

function sums(rows: TraceAnswer['rows'], shown: Columns, language: 'zh' | 'en'): string[] {
  return shown.map(({ key }, n) => {
    const numbers = rows.map((row) => row[key]).filter((value) => typeof value === 'number');
    if (numbers.length === rows.length) return String(numbers.reduce((sum, value) => sum + value, 0));
    return n === 0 ? IN_ALL[language] : '';
  });
}

const BALANCE = [
  ['onHand', 'on hand', '在库'],
  ['inTransit', 'in transit', '在途'],
  ['infused', 'infused', '已输注'],
  ['sampled', 'sampled', '取样'],
  ['consumed', 'used as input', '投料'],
  ['discarded', 'discarded', '已销毁'],
  ['unaccounted', 'unaccounted for', '去向不明'],
] as const;

/** Every container of the answer, counted once. */
function balanceOf({ balance, rows, trace: what }: TraceAnswer, language: 'zh' | 'en'): string[] {
  // Of recipients there are rows for what was given only: nothing to balance.
  if (!balance || rows.length === 0 || what === 'recipients') return [];
  const terms = BALANCE.map(([key, en, zh]) => (language === 'zh' ? `${zh} ${balance[key]}` : `${balance[key]} ${en}`));
  return [
    language === 'zh'
      ? `平衡：制成 ${balance.made} = ${terms.join(' + ')}`
      : `balance: ${balance.made} made = ${terms.join(' + ')}`,
  ];
}

function cell(value: unknown): string {
  if (Array.isArray(value)) return value.join('; ');
  return value === null || value === undefined ? '' : String(value);
}

/** What the table alone would not tell. */
function lacking({ asOf, rows, elsewhere, completeness }: TraceAnswer): string[] {
  const { unreconciled, silentSites, legacyGaps, byPrintedNumber = [], openDeviations, unprojected } = completeness;
  return [
    `rows: ${rows.length}, as of position ${asOf.position}, recorded ${asOf.recordedAt}`,
    ...elsewhere.map(
      ({ site, units, infused, recipients }) =>
        `elsewhere: ${site ?? 'site unknown'} has ${units} units, ${infused} infused, ${recipients} recipients`,
    ),
    ...(unreconciled.length > 0 ? [`unreconciled reports that name something of this answer: ${unreconciled.length}`] : []),
    ...silentSites.map(({ site, awaited, since }) => `silent site: ${site}, ${awaited} awaited since ${since}`),
    ...legacyGaps.map(({ batch, gap }) => `declared gap: ${batch}: ${gap}`),
    ...byPrintedNumber.map((stream) => `found by the printed lot number only: ${stream}`),
    ...(openDeviations > 0 ? [`open deviations: ${openDeviations}`] : []),
    ...(unprojected > 0 ? [`events that could not be taken in: ${unprojected}`] : []),
  ];
}
