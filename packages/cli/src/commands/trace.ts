import type { Client, Origin, OriginTrace, PatientTrace, TraceAnswer, When } from '@cytoledger/client';
import { languageOf } from '../connection.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tell } from '../io.ts';
import { isSet, needed, type Options, text } from '../options.ts';
import { tableText } from '../table.ts';

const FORWARDS: readonly string[] = ['units', 'recipients', 'failures'] satisfies OriginTrace[];
const BACKWARDS: readonly string[] = ['given', 'donors', 'materials'] satisfies PatientTrace[];

export const TRACES = [...FORWARDS, 'look-back', ...BACKWARDS];

/** Follows cells from their origin to whoever has them, or from a patient back. */
export async function trace(what: string, options: Options, io: Io, client: Client): Promise<ExitCode> {
  const answer = await ask(what, options, io, client);
  if (isSet(options, 'json')) {
    printJson(io, answer);
    return EXIT.done;
  }
  print(io, asTable(answer, languageOf(options, io)));
  for (const line of lacking(answer)) tell(io, line);
  return EXIT.done;
}

function ask(what: string, options: Options, { signal }: Io, client: Client): Promise<TraceAnswer> {
  const call = { signal };
  const when = whenOf(options);
  if (FORWARDS.includes(what)) return client.trace(what as OriginTrace, originOf(options), when, call);
  if (what === 'look-back') return client.lookBack(needed(options, 'donor', 'Name the donor by pseudonym.'), when, call);
  if (BACKWARDS.includes(what)) {
    return client.tracePatient(what as PatientTrace, needed(options, 'patient', 'Name the patient by pseudonym.'), when, call);
  }
  throw new CliError(`no trace is called ${what}`, `There are ${TRACES.join(', ')}.`);
}

export function whenOf(options: Options): When {
  const [asOf, minPosition] = [text(options, 'asOf'), text(options, 'minPosition')];
  return { ...(asOf !== undefined && { asOf }), ...(minPosition !== undefined && { minPosition }) };
}

/** @throws CliError where not exactly one is named */
export function originOf(options: Options): Origin {
  const given = ['donor', 'donation', 'batch', 'unit', 'lot'].flatMap((name) => {
    const value = text(options, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (given.length !== 1)
    throw new CliError('a trace has one origin', 'Give one of --donor, --donation, --batch, --unit, --lot.');
  const supplier = text(options, 'supplier');
  return { ...Object.fromEntries(given), ...(supplier !== undefined && { supplier }) } as unknown as Origin;
}

function asTable({ columns, rows }: TraceAnswer, language: 'zh' | 'en'): string {
  const shown = columns.filter(({ key }) => rows.some((row) => row[key] !== null && row[key] !== undefined));
  if (rows.length === 0) return 'nothing found';
  return tableText(
    shown.map((column) => column[language]),
    rows.map((row) => shown.map(({ key }) => cell(row[key]))),
  );
}

function cell(value: unknown): string {
  if (Array.isArray(value)) return value.join('; ');
  return value === null || value === undefined ? '' : String(value);
}

/** What the table alone would not tell. */
function lacking({ asOf, rows, elsewhere, completeness }: TraceAnswer): string[] {
  const { unreconciled, silentSites, legacyGaps, openDeviations, unprojected } = completeness;
  return [
    `rows: ${rows.length}, as of position ${asOf.position}, recorded ${asOf.recordedAt}`,
    ...elsewhere.map(
      ({ site, units, infused, recipients }) =>
        `elsewhere: ${site ?? 'site unknown'} has ${units} units, ${infused} infused, ${recipients} recipients`,
    ),
    ...(unreconciled.length > 0 ? [`unreconciled reports that name something of this answer: ${unreconciled.length}`] : []),
    ...silentSites.map(({ site, awaited, since }) => `silent site: ${site}, ${awaited} awaited since ${since}`),
    ...legacyGaps.map(({ batch, gap }) => `declared gap: ${batch}: ${gap}`),
    ...(openDeviations > 0 ? [`open deviations: ${openDeviations}`] : []),
    ...(unprojected > 0 ? [`events that could not be taken in: ${unprojected}`] : []),
  ];
}
