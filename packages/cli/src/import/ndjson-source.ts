import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AttestError, isJsonObject, parseStrictJson } from '@cytoledger/attest';
import { type Row, RowIds } from './row-id.ts';
import type { SourceLine } from './source-line.ts';

/** The lines as they stand; where one brings no id, with an id of its own. What cannot be read is left to the platform to explain. */
export async function* ndjsonLines(path: string): AsyncGenerator<SourceLine> {
  const ids = new RowIds();
  let line = 0;
  for await (const raw of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (text.trim() !== '') yield { line, text: withId(text, ids) };
  }
}

function withId(text: string, ids: RowIds): string {
  try {
    const value = parseStrictJson(text);
    if (!isJsonObject(value) || 'id' in value || 'content' in value) return text;
    const { type = null, stream = null, occurredAt = null, capture = null, data = null } = value;
    return JSON.stringify({ ...value, id: ids.idOf({ type, stream, occurredAt, capture, data } satisfies Row) });
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return text;
  }
}
