import { access, readFile } from 'node:fs/promises';
import { type Client, checkLine, type Violation } from '@cytoledger/client';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type AboutBank, type BankLine, bankLines } from '../import/bank-lines.ts';
import { readRegister } from '../import/bank-register.ts';
import { type Io, print, tell } from '../io.ts';
import { isSet, needed, type Options, text } from '../options.ts';

/** One thing that speaks against a register. */
type Told = {
  readonly kind: 'unreadable' | 'finding' | 'warning' | 'refused' | 'unreconciled';
  readonly lot: string | null;
  /** Lines of the register. */
  readonly rows: readonly number[];
  readonly rule: string | null;
  readonly message: string;
};

const DEFAULT_OFFSET = '+08:00';

/**
 * Imports a register of a cell bank. A dry run sends nothing that would be recorded: it asks what would be, and lists what would be findings. A register
 * that cannot be read in places is not imported at all, since half a bank is worse than none.
 */
export async function importBank(file: string, options: Options, io: Io, connect: () => Promise<Client>): Promise<ExitCode> {
  const about = await readAbout(
    needed(options, 'about', 'It names a JSON file with product, source, declared facts, gaps and two verifiers.'),
  );
  await access(file).catch(() => {
    throw new CliError(`${file} cannot be read`, 'Check the name of the file.');
  });
  const register = await readRegister(file, text(options, 'offset') ?? DEFAULT_OFFSET);
  const lines = bankLines(register.rows, about);
  const unreadable: Told[] = [
    ...register.faults.map(({ line, message }): Told => ({ kind: 'unreadable', lot: null, rows: [line], rule: null, message })),
    ...lines.flatMap((line) =>
      checkLine(JSON.parse(line.text)).map((violation) => ({
        ...toldOf('unreadable', line, violation),
        message: placed(violation),
      })),
    ),
  ];
  const lots = new Set(register.rows.map(({ lot }) => lot)).size;
  const read = `${register.rows.length} containers of ${lots} lots read, ${lines.length} events`;
  if (unreadable.length > 0)
    return report(unreadable, `${read}; nothing sent: the register cannot be read in ${unreadable.length} places`, options, io);
  const client = await connect();
  return isSet(options, 'dryRun')
    ? report(await rehearsed(client, lines, io), `${read}; dry run: nothing was recorded`, options, io)
    : report(...(await sent(client, lines, read, io)), options, io);
}

async function rehearsed(client: Client, lines: readonly BankLine[], io: Io): Promise<Told[]> {
  const results = await client.rehearseMany(
    lines.map(({ text: said }) => said),
    io.signal,
  );
  return results.flatMap((result, n): Told[] => {
    const line = lines[n]!;
    if (!result.ok) return refusedOf(line, result.problem.violations, result.problem.message);
    const { outcome, findings, warnings, reasons } = result;
    const kind = outcome === 'would-be-unreconciled' ? 'unreconciled' : 'refused';
    return [
      ...(outcome === 'would-be-recorded' ? [] : reasons.map((reason) => toldOf(kind, line, reason))),
      ...findings.map((finding) => toldOf('finding', line, finding)),
      ...warnings.map((warning) => toldOf('warning', line, warning)),
    ];
  });
}

async function sent(client: Client, lines: readonly BankLine[], read: string, io: Io): Promise<[Told[], string]> {
  const told: Told[] = [];
  let [recorded, before, n] = [0, 0, 0];
  for await (const result of client.captureMany(
    lines.map(({ text: said }) => said),
    { signal: io.signal },
  )) {
    const line = lines[n++]!;
    if (!result.ok) {
      told.push(...refusedOf(line, result.problem.violations, result.problem.message));
      continue;
    }
    const { captured } = result;
    if (captured.replayed) before++;
    else if (captured.outcome === 'recorded') recorded++;
    if (captured.outcome === 'recorded') {
      told.push(...captured.findings.map((finding) => toldOf('finding', line, finding)));
      told.push(...captured.warnings.map((warning) => toldOf('warning', line, warning)));
    } else if (captured.outcome === 'unreconciled') {
      told.push(...captured.reasons.map((reason) => toldOf('unreconciled', line, reason)));
    }
  }
  return [told, `${read}: ${recorded} recorded, ${before} recorded before`];
}

function refusedOf(line: BankLine, violations: readonly Violation[], message: string): Told[] {
  if (violations.length > 0) return violations.map((violation) => toldOf('refused', line, violation));
  return [{ kind: 'refused', lot: line.lot, rows: line.rows, rule: null, message }];
}

function toldOf(kind: Told['kind'], { lot, rows }: BankLine, { rule, message }: Violation): Told {
  return { kind, lot, rows, rule, message };
}

function placed({ pointer, message }: Violation): string {
  return pointer === '' ? message : `${pointer}: ${message}`;
}

function report(told: readonly Told[], summary: string, options: Options, io: Io): ExitCode {
  const count = (kind: Told['kind']) => told.filter((each) => each.kind === kind).length;
  if (isSet(options, 'json')) {
    print(io, JSON.stringify({ summary, told }, null, 2));
  } else {
    for (const { kind, lot, rows, rule, message } of told) {
      const where = [lot === null ? '' : `lot ${lot}`, linesText(rows)].filter(Boolean).join(', ');
      tell(io, `${kind}: ${where}: ${message}${rule === null ? '' : ` [${rule}]`}`);
    }
    print(
      io,
      `${summary}; ${count('finding')} findings, ${count('warning')} warnings, ${count('unreconciled')} that could not be applied, ${count('refused')} refused`,
    );
  }
  return count('unreadable') + count('refused') + count('unreconciled') === 0 ? EXIT.done : EXIT.no;
}

function linesText(rows: readonly number[]): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined) return '';
  return first === last ? `line ${first}` : `lines ${first}–${last}`;
}

/** @throws CliError */
async function readAbout(path: string): Promise<AboutBank> {
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as unknown;
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as AboutBank;
  } catch (error) {
    throw new CliError(`${path}: ${(error as Error).message}`, 'The --about file is one JSON object.');
  }
  throw new CliError(`${path} is no JSON object`, 'It holds product, source, declared facts, gaps and two verifiers.');
}
