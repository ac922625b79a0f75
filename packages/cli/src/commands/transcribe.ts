import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isJsonObject, type JsonObject, type JsonValue } from '@cytoledger/attest';
import { ApiProblem, type Client, type Violation } from '@cytoledger/client';
import { secondTokenOf } from '../connection.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { RowIds } from '../import/row-id.ts';
import { type Io, print, printJson } from '../io.ts';
import { readJsonObject } from '../json-file.ts';
import { isSet, type Options, text } from '../options.ts';

type Answer = {
  readonly level: string;
  readonly missing: readonly string[];
  readonly comparedWithSecondEntry: boolean;
  readonly entries: readonly {
    readonly status: number;
    readonly type: string;
    readonly stream: string;
    readonly occurredAt: string | null;
    readonly title?: string;
    readonly outcome?: string;
    readonly receipt?: { readonly recordedAt: string };
    readonly findings?: readonly Violation[];
    readonly violations?: readonly Violation[];
  }[];
};

const CONFLICT = 409;

/**
 * Sends a page of paper that was copied into a file: `{form?, sop?, sourceRecord: {binder, page}, transcriber?, entries: [{type, stream, occurredAt,
 * precision, data}]}`. With `--again`, a second person's copy of the same page is compared first; that person's own token comes with it. Sending it again stores
 * nothing twice.
 */
export async function transcribe(file: string, options: Options, io: Io, client: Client): Promise<ExitCode> {
  const page = await pageIn(file, options, io);
  try {
    const secondToken = await secondTokenOf(options, io);
    const answer = await client.post<Answer>('/v1/transcriptions', page, {
      signal: io.signal,
      ...(secondToken !== undefined && { secondToken }),
    });
    if (isSet(options, 'json')) printJson(io, answer);
    else told(answer, io);
    return answer.entries.every(({ status }) => status < 300) ? EXIT.done : EXIT.no;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== CONFLICT) throw error;
    print(io, 'The two copies differ; nothing was recorded:');
    for (const { pointer, message } of error.violations) print(io, `  ${pointer}: ${message}`);
    return EXIT.no;
  }
}

async function pageIn(file: string, options: Options, io: Io): Promise<JsonObject> {
  const { transcriber: said, checker: alsoSaid, sourceRecord, ...given } = await readJsonObject(file, io);
  const [image, again] = [text(options, 'image'), text(options, 'again')];
  const transcriber = text(options, 'transcriber') ?? said;
  const checker = text(options, 'checker') ?? alsoSaid;
  if (transcriber === undefined)
    throw new CliError('nobody copied this page', 'Name the transcriber in the file or with --transcriber.');
  const place = isJsonObject(sourceRecord ?? null) ? (sourceRecord as JsonObject) : {};
  return {
    ...given,
    sourceRecord: image === undefined ? place : { ...place, imageDigest: await digestOfFile(image) },
    transcriber,
    ...(checker !== undefined && { checker }),
    entries: identified(given['entries'], file),
    ...(again !== undefined && { again: entriesOf((await readJsonObject(again, io))['entries'], again) }),
  };
}

/** Entries that bring no id get one made from what they say: the same page is the same events. */
function identified(entries: JsonValue | undefined, file: string): JsonObject[] {
  const ids = new RowIds();
  return entriesOf(entries, file).map((entry) => {
    const { type = null, stream = null, occurredAt = null, precision = null, data = null } = entry;
    return { id: ids.idOf({ type, stream, occurredAt, capture: { mode: 'paper', precision }, data }), ...entry };
  });
}

/** @throws CliError */
function entriesOf(entries: JsonValue | undefined, file: string): JsonObject[] {
  if (Array.isArray(entries) && entries.every(isJsonObject)) return entries as JsonObject[];
  throw new CliError(
    `${file} has no entries`,
    'Give {sourceRecord, transcriber, entries: [{type, stream, occurredAt, precision, data}]}.',
  );
}

/** SHA-256, as records name an image. @throws CliError */
async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, 'Check the name of the image.');
  }
  return hash.digest('base64url');
}

function told({ entries, level, missing, comparedWithSecondEntry }: Answer, io: Io): void {
  for (const { status, type, stream, occurredAt, outcome, receipt, title, findings = [], violations = [] } of entries) {
    const times = `happened ${occurredAt ?? 'at an unknown time'}, recorded ${receipt?.recordedAt ?? '–'}`;
    print(io, status < 300 ? `${outcome}  ${type}  ${stream}  ${times}` : `NOT RECORDED  ${type}  ${stream}: ${title ?? status}`);
    for (const { rule, message } of [...findings, ...violations]) print(io, `  - ${message} [${rule}]`);
  }
  const compared = comparedWithSecondEntry ? 'two copies compared' : 'copied once';
  print(io, `${compared}; level ${level}${missing.length === 0 ? '' : `, missing for a release: ${missing.join(', ')}`}`);
}
