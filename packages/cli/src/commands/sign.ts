import { AttestError, type JsonObject, type PrivateJwk, readContent } from '@cytoledger/attest';
import {
  ClientError,
  countersign,
  type EventType,
  meaningOf,
  prepareContent,
  type SignedBody,
  type StreamStatement,
} from '@cytoledger/client';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, printJson } from '../io.ts';
import { readJsonObject, readPrivateKey } from '../json-file.ts';
import { needed, type Options, text } from '../options.ts';

/**
 * Prints the body to POST. Given a statement `{type, stream, id?, occurredAt, capture, data, meaning?}`: a signed submission. Given a content that
 * somebody else has signed: the same with one signature more. Given what `GET /v1/releases/…` answers: the second signature.
 */
export async function sign(file: string | undefined, options: Options, io: Io): Promise<ExitCode> {
  const key = await readPrivateKey(needed(options, 'key', 'Name the file that cytoledger keygen wrote.'));
  const given = await readJsonObject(file, io);
  try {
    printJson(io, bodyOf(given, key, options));
    return EXIT.done;
  } catch (error) {
    if (error instanceof ClientError) throw new CliError(`this cannot be signed: ${error.message}`);
    if (!(error instanceof AttestError)) throw error;
    throw new CliError(`this cannot be signed: ${error.message}`, error.pointer ? `Look at ${error.pointer}.` : undefined);
  }
}

function bodyOf(given: JsonObject, key: PrivateJwk, options: Options): SignedBody | { readonly jws: string } {
  const { meaning: said, ...rest } = given;
  const asked = text(options, 'meaning') ?? (typeof said === 'string' ? said : undefined);
  if (typeof rest['content'] !== 'string') {
    const { type } = checkStatement(rest);
    const corrects = text(options, 'corrects') as EventType | undefined;
    const { content, disclosures } = prepareContent(
      rest as unknown as StreamStatement,
      corrects === undefined ? {} : { corrects },
    );
    return { content, disclosures, signatures: [{ jws: countersign(content, key, meaningFor(type, asked)) }] };
  }
  const { content, disclosures = [], signatures = [] } = rest as unknown as SignedBody;
  const jws = countersign(content, key, meaningFor(readContent(content).type, asked));
  return 'release' in rest ? { jws } : { content, disclosures, signatures: [...signatures, { jws }] };
}

function checkStatement(statement: JsonObject): { type: string } {
  const missing = ['type', 'stream', 'occurredAt', 'capture', 'data'].filter((name) => !(name in statement));
  if (missing.length > 0) {
    throw new CliError(`the statement does not say ${missing.join(', ')}`, 'Give {type, stream, occurredAt, capture, data}.');
  }
  return { type: String(statement['type']) };
}

function meaningFor(type: string, asked: string | undefined): string {
  const meaning = asked ?? meaningOf(type as EventType);
  if (meaning === undefined) {
    throw new CliError(`${type} does not say what its signature means`, 'Add --meaning, for instance --meaning submission.');
  }
  return meaning;
}
