import { access } from 'node:fs/promises';
import { type Client, checkLine, MAX_LINE_BYTES, type Violation } from '@cytoledger/client';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, tell } from '../io.ts';
import { isSet, type Options, text } from '../options.ts';
import { csvLines } from './csv-source.ts';
import { ndjsonLines } from './ndjson-source.ts';
import type { SourceLine } from './source-line.ts';

type Fault = {
  readonly line: number;
  readonly status: number;
  readonly code: string;
  readonly violations: readonly Violation[];
  readonly message: string;
};

/** How a file went. */
type Tally = {
  lines: number;
  recorded: number;
  before: number;
  prepared: number;
  unreconciled: number;
  findings: number;
  bad: number;
};

const PROGRESS_MS = 1000;

/**
 * Sends every line of a file. A line that is refused is told by its number and stops nothing; whatever was recorded before is not recorded twice.
 *
 * @param connect is not called for a dry run
 */
export async function importFile(path: string, options: Options, io: Io, connect: () => Promise<Client>): Promise<ExitCode> {
  const tally: Tally = { lines: 0, recorded: 0, before: 0, prepared: 0, unreconciled: 0, findings: 0, bad: 0 };
  const report = (fault: Fault) => {
    tally.bad++;
    if (isSet(options, 'json')) print(io, JSON.stringify(fault));
    else tell(io, `line ${fault.line}: ${fault.message}`);
  };
  const source = counted(await sourceOf(path, options), tally, report);
  const stopProgress = isSet(options, 'progress') ? progress(tally, io) : () => {};
  try {
    if (isSet(options, 'dryRun')) await tryOut(source, report);
    else await send(source, await connect(), tally, report, io);
  } finally {
    stopProgress();
  }
  print(io, isSet(options, 'json') ? JSON.stringify(tally) : summary(tally, isSet(options, 'dryRun')));
  return tally.bad === 0 ? EXIT.done : EXIT.no;
}

async function sourceOf(path: string, options: Options): Promise<AsyncGenerator<SourceLine>> {
  try {
    await access(path);
  } catch {
    throw new CliError(`${path} cannot be read`, 'Check the name of the file.');
  }
  if (/\.csv$/i.test(path)) {
    const [type, stream] = [text(options, 'type'), text(options, 'stream')];
    return csvLines(path, { ...(type !== undefined && { type }), ...(stream !== undefined && { stream }) });
  }
  if (/\.(ndjson|jsonl)$/i.test(path)) return ndjsonLines(path);
  throw new CliError(`${path} is of no known kind`, 'Its name ends with .ndjson, .jsonl or .csv.');
}

type Sendable = { readonly line: number; readonly text: string };

async function* counted(
  source: AsyncIterable<SourceLine>,
  tally: Tally,
  report: (fault: Fault) => void,
): AsyncGenerator<Sendable> {
  for await (const each of source) {
    tally.lines++;
    const fault = 'fault' in each ? each.fault : tooLong(each.text);
    if (fault !== undefined) report({ line: each.line, status: 400, code: 'line', violations: [], message: fault });
    else if ('text' in each) yield each;
  }
}

function tooLong(said: string): string | undefined {
  const bytes = Buffer.byteLength(said);
  return bytes > MAX_LINE_BYTES ? `${count(bytes)} bytes; a line has at most ${count(MAX_LINE_BYTES)}` : undefined;
}

async function tryOut(source: AsyncIterable<Sendable>, report: (fault: Fault) => void): Promise<void> {
  for await (const { line, text: said } of source) {
    const violations = parsed(said);
    if (violations.length > 0) report({ line, status: 400, code: 'invalid', violations, message: sentence(violations) });
  }
}

function parsed(said: string): readonly Violation[] {
  try {
    return checkLine(JSON.parse(said));
  } catch {
    return [{ rule: 'json', severity: 'impossible', pointer: '', message: 'not JSON' }];
  }
}

async function send(
  source: AsyncIterable<Sendable>,
  client: Client,
  tally: Tally,
  report: (fault: Fault) => void,
  { signal }: Io,
): Promise<void> {
  const numbers: number[] = [];
  async function* texts() {
    for await (const { line, text: said } of source) {
      numbers.push(line);
      yield said;
    }
  }
  for await (const result of client.captureMany(texts(), { signal })) {
    const line = numbers.shift()!;
    if (!result.ok) {
      const { status, code, violations, message } = result.problem;
      report({ line, status, code, violations, message: violations.length > 0 ? sentence(violations) : message });
      continue;
    }
    const { captured } = result;
    if (captured.replayed) tally.before++;
    else tally[captured.outcome]++;
    if (captured.outcome === 'recorded') tally.findings += captured.findings.length;
  }
}

function sentence(violations: readonly Violation[]): string {
  return violations.map(({ pointer, message }) => (pointer === '' ? message : `${pointer}: ${message}`)).join('; ');
}

function progress(tally: Tally, io: Io): () => void {
  const timer = setInterval(() => tell(io, `${count(tally.lines)} lines, ${count(tally.bad)} refused`), PROGRESS_MS);
  return () => clearInterval(timer);
}

function summary(tally: Tally, isDry: boolean): string {
  const { lines, bad } = tally;
  if (isDry) return `${count(lines)} lines read, nothing sent: ${count(bad)} cannot be read`;
  const parts = [
    `${count(tally.recorded)} recorded`,
    `${count(tally.before)} recorded before`,
    ...(tally.prepared > 0 ? [`${count(tally.prepared)} wait for a second signature`] : []),
    ...(tally.unreconciled > 0 ? [`${count(tally.unreconciled)} kept but not applied (unreconciled)`] : []),
    `${count(bad)} refused`,
  ];
  return `${count(lines)} lines: ${parts.join(', ')}; ${count(tally.findings)} findings`;
}

function count(n: number): string {
  return n.toLocaleString('en');
}
