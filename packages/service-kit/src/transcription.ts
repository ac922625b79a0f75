import { isJsonObject, type JsonObject, type JsonValue, pointerTo } from '@cytoledger/attest';
import type { Problem } from '@cytoledger/commands';
import { type Capture, Precision, Pseudonym, paperCompleteness, parseStream, SiteCode, SourceRecord } from '@cytoledger/domain';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import { type CaptureMany, type CaptureRoute, capture } from './capture.ts';
import { refusalOf } from './failure.ts';
import { httpOutcome } from './outcome.ts';
import { problemDocument, Refusal } from './problem.ts';
import { elsewhere, notTaken, problemsOf, readStatement } from './reading.ts';
import { TITLES } from './titles.ts';

/** What stands in one place of a page. */
const Said = {
  type: z.string().max(100),
  stream: z.string().max(120),
  occurredAt: z.string().max(40).nullable().describe('When it happened, by the page; null where the page does not say'),
  precision: Precision,
  data: z.record(z.string(), z.unknown()),
};

/** A page is one sheet: what does not fit is another page. */
const MOST_ENTRIES = 50;

/** A page of paper, copied by one person and checked by another. */
export const Transcription = z.strictObject({
  form: SiteCode.optional().describe('Form and version that was filled in'),
  sop: SiteCode.optional(),
  sourceRecord: SourceRecord.describe('Where the page is, and the SHA-256 digest of its image'),
  transcriber: Pseudonym,
  checker: Pseudonym.optional().describe('Who compared the copy with the page, or copied it a second time'),
  entries: z
    .array(z.strictObject({ id: z.string().max(40).describe('UUIDv7, chosen by the sender'), ...Said }))
    .min(1)
    .max(MOST_ENTRIES)
    .describe('What the transcriber read, in the order of the page'),
  again: z
    .array(z.strictObject({ id: z.string().max(40).optional(), ...Said }))
    .max(MOST_ENTRIES)
    .optional()
    .describe('What the checker read, without having seen the first copy: it must say the same'),
});
type Transcription = z.output<typeof Transcription>;
type Entry = Omit<Transcription['entries'][number], 'id'>;

/**
 * All that stands on a page, compared first where it was copied twice; recorded entry by entry, each with its own outcome.
 *
 * @param second who made the second copy, by a token of their own
 * @throws Refusal
 */
export async function transcribe(
  sent: JsonValue,
  options: CaptureMany,
  second: () => Caller | undefined | Promise<Caller | undefined>,
): Promise<{ readonly status: number; readonly body: object }> {
  const parsed = Transcription.safeParse(sent);
  if (!parsed.success) throw unreadable(problemsOf(parsed.error, sent));
  const page = parsed.data;
  checkPersons(page, options.caller);
  if (page.again) checkSecondToken(page, options.caller, await second());
  const read = page.entries.map((entry, n) => readEntry(entry, n, page, options));
  const problems = read.flatMap((entry) => ('problems' in entry ? entry.problems : []));
  if (problems.length > 0) throw unreadable(problems);
  if (page.again) refuseDifferences(page.entries, page.again);
  const outcomes: { status: number; body: object }[] = [];
  for (const entry of read) if ('route' in entry) outcomes.push(await record(entry, options));
  const done = outcomes.every(({ status }) => status < 300);
  return {
    status: done ? (outcomes.every(({ status }) => status === 200) ? 200 : 201) : 207,
    body: {
      ...{ page: page.sourceRecord, transcriber: page.transcriber, checker: page.checker ?? null },
      comparedWithSecondEntry: page.again !== undefined,
      ...paperCompleteness(captureOf(page, page.entries[0]!)),
      entries: outcomes.map(({ status, body }, n) => ({
        status,
        ...{ type: page.entries[n]!.type, stream: page.entries[n]!.stream, occurredAt: page.entries[n]!.occurredAt },
        ...body,
      })),
    },
  };
}

/** Who copies or checks a page says so with an own token. A program of the organisation speaks for both. @throws Refusal 403, 400 */
function checkPersons({ transcriber, checker, again }: Transcription, { person }: Caller): void {
  if (person !== null && person !== transcriber && person !== checker) {
    throw new Refusal({
      status: 403,
      code: 'neither-transcriber-nor-checker',
      title: TITLES.notAllowed,
      detail: {
        en: `${person} is neither the transcriber nor the checker of this page.`,
        zh: `${person} 既不是本页的转录人，也不是核对人。`,
      },
    });
  }
  if (again && (checker === undefined || checker === transcriber)) {
    throw unreadable([
      {
        rule: 'transcription.second-person',
        pointer: '/checker',
        message: {
          en: 'a second copy is that of another person: name the checker',
          zh: '第二份抄录须由另一人完成：请注明核对人',
        },
      },
    ]);
  }
}

/** Naming a checker is not having copied: whoever made the second copy says so with an own token. @throws Refusal 403 */
function checkSecondToken({ transcriber, checker = '' }: Transcription, first: Caller, second: Caller | undefined): void {
  const isSecond = second?.person === checker && second.org === first.org;
  if (isSecond && (first.person === null || first.person === transcriber)) return;
  throw new Refusal({
    status: 403,
    code: 'second-copy-not-theirs',
    title: TITLES.notAllowed,
    detail: { en: 'Nothing was recorded.', zh: '未作任何记录。' },
    violations: [
      {
        rule: 'transcription.second-token',
        pointer: '/again',
        message: {
          en: `the first copy comes with the token of ${transcriber}, the second with that of ${checker} (Second-Authorization): one person cannot send both`,
          zh: `第一份抄录须凭 ${transcriber} 的令牌提交，第二份抄录须凭 ${checker} 本人的令牌（Second-Authorization）提交：同一人不得提交两份`,
        },
      },
    ],
  });
}

type ReadEntry = {
  readonly route: CaptureRoute;
  readonly target: string;
  readonly sent: JsonObject;
};

/** An entry as it would be sent alone; every problem with its place on the page. */
function readEntry(
  entry: Transcription['entries'][number],
  n: number,
  page: Transcription,
  { routes }: CaptureMany,
): ReadEntry | { readonly problems: readonly Problem[] } {
  const at = `/entries/${n}`;
  const route = routes.get(entry.type);
  if (!route) {
    return { problems: [{ rule: 'transcription.type', pointer: `${at}/type`, message: notTaken(entry.type) }] };
  }
  const stream = parseStream(entry.stream);
  if (!stream.ok || stream.value.kind !== route.fact.aggregate.name) {
    const message = stream.ok ? elsewhere(route.fact) : stream.problem.message;
    return { problems: [{ rule: 'transcription.stream', pointer: `${at}/stream`, message }] };
  }
  const sent = {
    ...{ id: entry.id, occurredAt: entry.occurredAt },
    capture: captureOf(page, entry) as unknown as JsonObject,
    data: entry.data as JsonObject,
  };
  const read = readStatement(route.fact, entry.stream, sent);
  if (!read.ok) return { problems: read.problems.map((problem) => ({ ...problem, pointer: `${at}${problem.pointer}` })) };
  return { route, target: stream.value.id, sent };
}

function captureOf({ form, sop, sourceRecord, transcriber, checker }: Transcription, { precision }: Entry): Capture {
  return {
    ...{ mode: 'paper', precision, sourceRecord, transcriber, reasonLate: 'paper-transcribed' },
    ...(form !== undefined && { form }),
    ...(sop !== undefined && { sop }),
    ...(checker !== undefined && { checker }),
  };
}

async function record({ route, target, sent }: ReadEntry, options: CaptureMany): Promise<{ status: number; body: object }> {
  const { commands, caller, correlation, language, onOutcome } = options;
  try {
    const outcome = await capture(commands, { route, target, fill: {}, sent, caller, correlation });
    onOutcome?.(route.fact.type, outcome);
    const { status, body } = httpOutcome(outcome, language);
    return { status, body };
  } catch (error) {
    // What stands before it on the page is recorded: that is told beside it.
    const problem = refusalOf(error)?.problem;
    if (!problem) throw error;
    return { status: problem.status, body: problemDocument(problem, language) };
  }
}

/** @throws Refusal 409 with every place in which the two copies differ; nothing is recorded */
function refuseDifferences(first: readonly Entry[], second: readonly Entry[]): void {
  const differences =
    first.length === second.length
      ? first.flatMap((entry, n) => differencesOf(said(entry), said(second[n]!), `/entries/${n}`))
      : [
          {
            pointer: '/again',
            message: {
              en: `the first copy has ${first.length} entries, the second ${second.length}`,
              zh: `第一份抄录有 ${first.length} 条，第二份有 ${second.length} 条`,
            },
          },
        ];
  if (differences.length === 0) return;
  throw new Refusal({
    status: 409,
    code: 'transcriptions-differ',
    title: { en: 'The two copies of this page differ', zh: '本页的两份抄录不一致' },
    detail: {
      en: 'Nothing was recorded. Look at the page together, and send what it says.',
      zh: '未作任何记录。请共同查看原页，并提交原页所写内容。',
    },
    violations: differences.map((difference) => ({ rule: 'transcription.differs', ...difference })),
  });
}

function said({ type, stream, occurredAt, precision, data }: Entry): JsonObject {
  return { type, stream, occurredAt, precision, data: data as JsonObject };
}

type Difference = Omit<Problem, 'rule'>;

function differencesOf(a: JsonValue | undefined, b: JsonValue | undefined, at: string): Difference[] {
  if (Array.isArray(a) && Array.isArray(b)) {
    return Array.from({ length: Math.max(a.length, b.length) }).flatMap((_, n) => differencesOf(a[n], b[n], `${at}/${n}`));
  }
  if (a !== undefined && b !== undefined && isJsonObject(a) && isJsonObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
      differencesOf(own(a, name), own(b, name), pointerTo(at, name)),
    );
  }
  if (isSame(a, b, at)) return [];
  const message = {
    en: `the first copy says ${shown(a) ?? 'nothing'}, the second ${shown(b) ?? 'nothing'}`,
    zh: `第一份抄录为 ${shown(a) ?? '空'}，第二份为 ${shown(b) ?? '空'}`,
  };
  return [{ pointer: at, message }];
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** 16:00+08:00 is 08:00Z: two persons may have written the same moment in two ways. */
function isSame(a: JsonValue | undefined, b: JsonValue | undefined, at: string): boolean {
  if (a === b) return true;
  if (!at.endsWith('/occurredAt') || typeof a !== 'string' || typeof b !== 'string') return false;
  return Date.parse(a) === Date.parse(b);
}

function shown(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value).slice(0, 200);
}

function unreadable(violations: readonly Problem[]): Refusal {
  return new Refusal({
    status: 400,
    code: 'invalid',
    title: TITLES.unreadable,
    detail: { en: 'Nothing was recorded.', zh: '未作任何记录。' },
    violations,
  });
}
