import { isJsonObject, type JsonObject } from '@cytoledger/attest';
import type { Problem, Rehearsal } from '@cytoledger/commands';
import { type Bilingual, parseStream } from '@cytoledger/domain';
import { type CaptureMany, capture } from './capture.ts';
import { dryRun } from './dry-run.ts';
import { refusalOf } from './failure.ts';
import { httpOutcome } from './outcome.ts';
import { type Language, problemDocument } from './problem.ts';
import { elsewhere, notTaken, readJson } from './reading.ts';
import { TITLES } from './titles.ts';

/** What waits for its outcome at once: beyond it, no more is read from the sender. */
const READ_AHEAD_BYTES = 8 * 1024 * 1024;
/** Short lines wait too: one sender leaves room for others among the commands that may wait at once. */
const READ_AHEAD_LINES = 2_000;
/** A body is at most 65,535 bytes; its JSON on the wire may be escaped and indented. */
const MAX_LINE_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

export type BulkOptions = CaptureMany & {
  /** Nothing is recorded: each line is played on what those before it would have left. */
  readonly rehearsal?: Rehearsal;
};

/**
 * Takes NDJSON lines `{stream, type, id, occurredAt, capture, data}` or `{content, disclosures, signatures}` and yields one NDJSON line of
 * outcome for each, in input order, only after it is durable. A bad or cut line fails alone. Sending the whole file again stores nothing twice.
 */
export async function* captureLines(input: AsyncIterable<Uint8Array>, options: BulkOptions): AsyncGenerator<string> {
  const pending: Pending[] = [];
  const gate = new Gate();
  let ahead = 0;
  let finished = false;
  let abandoned = false;
  let failure: unknown;
  const reading = readInto().catch((error: unknown) => {
    failure = error;
  });

  /** Whether all lines before this one have their outcomes: who was answered has left the list. */
  const allBefore = (line: number) => async (): Promise<void> => {
    for (const { number, done } of [...pending]) {
      if (number >= line) return;
      await done;
    }
  };

  async function readInto(): Promise<void> {
    try {
      let number = 0;
      for await (const lines of linesOf(input)) {
        for (const line of lines) {
          number++;
          if (line.bytes.length === 0 && !line.tooLong) continue;
          ahead += line.bytes.length;
          pending.push(started(number, line.bytes.length, outcomeOfLine(line, number, options, allBefore(number))));
          gate.open();
          while ((ahead > READ_AHEAD_BYTES || pending.length > READ_AHEAD_LINES) && !abandoned) await gate.next();
          if (abandoned) return;
        }
      }
    } finally {
      finished = true;
      gate.open();
    }
  }

  try {
    for (;;) {
      const first = pending[0];
      if (!first) {
        if (finished) break;
        await gate.next();
        continue;
      }
      await first.done;
      let text = '';
      while (pending[0]?.text !== undefined && text.length < ANSWER_CHUNK) {
        const { bytes, text: answer } = pending.shift()!;
        ahead -= bytes;
        text += answer;
      }
      gate.open();
      yield text;
    }
  } finally {
    // Nobody wants the outcomes any more: no more is read. What was begun is recorded all the same.
    abandoned = true;
    gate.open();
  }
  await reading;
  if (failure !== undefined) throw failure;
}

/** Characters of outcomes that are written at once. */
const ANSWER_CHUNK = 65_536;

type Pending = { readonly number: number; readonly bytes: number; readonly done: Promise<void>; text?: string };

function started(number: number, bytes: number, result: Promise<string>): Pending {
  const pending: Pending = {
    number,
    bytes,
    done: result.then((text) => {
      pending.text = text;
    }),
  };
  return pending;
}

/** Lets the reader and the writer of one exchange wake each other. */
class Gate {
  #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  open(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** May not know of it, may not do it. */
const NOT_ALLOWED: readonly number[] = [403, 404];

type Line = { readonly bytes: Uint8Array; readonly tooLong: boolean; readonly cut: boolean };

/**
 * What the sender may do with a record can rest on a line before this one, in another stream: who took a shipment in may store its units. A line that
 * is not allowed is asked once more when all before it are recorded.
 */
async function outcomeOfLine(
  line: Line,
  number: number,
  options: BulkOptions,
  allBefore: (() => Promise<void>) | undefined,
): Promise<string> {
  try {
    const { status, body } = await captureLine(line, options);
    return `${JSON.stringify({ line: number, status, ...body })}\n`;
  } catch (error) {
    const refusal = refusalOf(error);
    if (allBefore && NOT_ALLOWED.includes(refusal?.problem.status ?? 0)) {
      await allBefore();
      return outcomeOfLine(line, number, options, undefined);
    }
    const problem = refusal?.problem ?? { status: 500, code: 'internal', title: TITLES.unforeseen };
    return `${JSON.stringify({ line: number, ...problemDocument(problem, options.language) })}\n`;
  }
}

function captureLine(
  line: Line,
  options: BulkOptions,
): Promise<{ status: number; body: object }> | { status: number; body: object } {
  const { commands, caller, correlation, language } = options;
  if (line.tooLong) {
    const message = { en: `a line is at most ${MAX_LINE_BYTES} bytes`, zh: `一行最多 ${MAX_LINE_BYTES} 字节` };
    return unreadable('line.too-long', message, language);
  }
  const json = readJson(line.bytes, MAX_LINE_BYTES);
  if (!json.ok) {
    const { rule, pointer, message } = json.problems[0]!;
    return unreadable(rule, line.cut ? cut(message) : message, language, pointer);
  }
  if (!isJsonObject(json.value)) {
    return unreadable('schema.invalid_type', { en: 'a line is one JSON object', zh: '一行应为一个 JSON 对象' }, language);
  }
  const named = nameOf(json.value);
  if ('rule' in named) return unreadable(named.rule, named.message, language, named.pointer);
  const route = options.routes.get(named.type);
  if (!route) return unreadable('line.type', notTaken(named.type), language, '/type');
  const stream = parseStream(named.stream);
  if (!stream.ok) return unreadable('line.stream', stream.problem.message, language, '/stream');
  if (stream.value.kind !== route.fact.aggregate.name) {
    return unreadable('line.stream', elsewhere(route.fact), language, '/stream');
  }
  const request = { route, target: stream.value.id, fill: {}, sent: named.sent, caller, correlation };
  if (options.rehearsal) return dryRun(commands, options.rehearsal, request, language);
  return capture(commands, request).then((outcome) => {
    options.onOutcome?.(named.type, outcome);
    return httpOutcome(outcome, language);
  });
}

type Named = { type: string; stream: string; sent: JsonObject };

function nameOf(value: JsonObject): Named | Problem {
  if (typeof value['content'] === 'string') {
    const content = readJson(value['content'], 65_535);
    if (!content.ok || !isJsonObject(content.value)) {
      return {
        rule: 'content.invalid-json',
        message: { en: 'the content is not a JSON object', zh: '内容不是 JSON 对象' },
        pointer: '/content',
      };
    }
    const { type, stream } = content.value;
    if (typeof type === 'string' && typeof stream === 'string') return { type, stream, sent: value };
    const message = { en: 'the content must say type and stream', zh: '内容须写明 type（类型）和 stream（流）' };
    return { rule: 'content.missing-member', message, pointer: '/content' };
  }
  const { type, stream } = value;
  if (typeof type !== 'string') {
    return { rule: 'line.type', message: { en: 'a line says its type', zh: '每行须写明 type（类型）' }, pointer: '/type' };
  }
  if (typeof stream !== 'string') {
    return { rule: 'line.stream', message: { en: 'a line says its stream', zh: '每行须写明 stream（流）' }, pointer: '/stream' };
  }
  return { type, stream, sent: withoutName(value) };
}

/** The everyday members one by one: to copy all but two of those that are there takes several times as long. */
function withoutName(value: JsonObject): JsonObject {
  const { id, occurredAt, capture, data } = value;
  const isEveryday = id !== undefined && occurredAt !== undefined && capture !== undefined && data !== undefined;
  if (isEveryday && Object.keys(value).length === EVERYDAY_MEMBERS) return { id, occurredAt, capture, data };
  const { type: _type, stream: _stream, ...sent } = value;
  return sent;
}

/** Type and stream, and what an unsigned fact has. */
const EVERYDAY_MEMBERS = 6;

function cut({ en, zh }: Bilingual): Bilingual {
  return { en: `${en}; the last line has no end`, zh: `${zh}；最后一行不完整` };
}

function unreadable(rule: string, message: Bilingual, language: Language, pointer = ''): { status: number; body: object } {
  return httpOutcome({ kind: 'invalid', problems: [{ rule, pointer, message }] }, language);
}

/** The lines that each chunk ends. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[]> {
  let rest: Uint8Array[] = [];
  let held = 0;
  let tooLong = false;
  for await (const chunk of input) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      if (tooLong || held + piece.length > MAX_LINE_BYTES) lines.push({ bytes: new Uint8Array(), tooLong: true, cut: false });
      else lines.push({ bytes: trimmed(held === 0 ? piece : Buffer.concat([...rest, piece])), tooLong: false, cut: false });
      rest = [];
      held = 0;
      tooLong = false;
    }
    const remainder = chunk.subarray(start);
    if (held + remainder.length > MAX_LINE_BYTES) {
      tooLong = true;
      rest = [];
      held = 0;
    } else if (remainder.length > 0 && !tooLong) {
      rest.push(remainder);
      held += remainder.length;
    }
    yield lines;
  }
  if (tooLong) yield [{ bytes: new Uint8Array(), tooLong: true, cut: true }];
  else if (held > 0) yield [{ bytes: trimmed(Buffer.concat(rest)), tooLong: false, cut: true }];
}

/** Tolerates CR LF and blank lines. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x20)) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}
