import { Readable } from 'node:stream';
import { aggregates } from '@cytoledger/domain';
import { comparePositions, type EventStore, type Position, parsePosition, type StoredEvent } from '@cytoledger/event-store';
import { type Caller, type Question, Refusal, ROLES, type Service, service, TITLES } from '@cytoledger/service-kit';
import { z } from 'zod';
import { feedText, type Shown } from './feed.ts';
import { EVENT_STREAM, NDJSON } from './form.ts';

/** What a caller may see of a page of the log, for each event. @throws Refusal 503 `not-yet` while that cannot be told */
export type FeedSight = (caller: Caller, page: readonly StoredEvent[], signal: AbortSignal) => Promise<readonly Shown[]>;

export type FeedOptions = {
  readonly store: EventStore;
  /** Of the log. */
  readonly origin: string;
  readonly sight: FeedSight;
  /** Ms without news after which a word is sent all the same: proxies cut what is silent for a minute. */
  readonly heartbeatMs?: number;
  /** Ms after which a feed ends, so that its reader comes again with a token that still holds. */
  readonly longestMs?: number;
  /** Feeds that one process keeps open. */
  readonly most?: number;
};

const HEARTBEAT_MS = 15_000;
const LONGEST_MS = 15 * 60_000;
const MOST = 200;
const FORMS = [NDJSON, EVENT_STREAM] as const;

const FeedQuery = z.strictObject({
  after: z.string().max(41).optional().describe('Position after which to begin; without it the feed begins with the log'),
  aggregate: z
    .string()
    .max(400)
    .optional()
    .describe('Only these, separated by commas: `batch`, `treatment`, … as in the names of the topics'),
  follow: z.enum(['true', 'false']).default('true').describe('false: the answer ends where the log ends'),
});

const DESCRIPTION =
  'CloudEvents 1.0 (structured JSON), the same as in the Kafka topics, in the order of the log: one a line (`application/x-ndjson`) or as ' +
  'server-sent events (`text/event-stream`). It goes on with what is recorded later, and ends after 15 minutes at the latest: resume with ' +
  '`?after=` the `logposition` that came last, or with `Last-Event-ID`. A line `{"position": …}` is no event; it tells where to resume when ' +
  'nothing came. You get the streams that `/v1/streams/{stream}/history` would show you now, with the same bodies withheld: such an event has ' +
  'the type `cytoledger.withheld.v1`, its header, and no data.';

export type Feed = {
  readonly service: Service;
  /** Feeds that are open now. */
  open(): number;
};

/** `GET /v1/feed`: the log for consumers without Kafka. */
export function openFeed(options: FeedOptions): Feed {
  const { store, origin, sight, heartbeatMs = HEARTBEAT_MS, longestMs = LONGEST_MS, most = MOST } = options;
  let open = 0;

  async function answer(question: Question) {
    const { caller, accepts, query, lastEventId, signal, stopping } = question;
    const { after: asked, aggregate, follow } = query as z.output<typeof FeedQuery>;
    const form = FORMS.find(({ type }) => type === accepts) ?? NDJSON;
    const after = await checkedPosition(store, lastEventId ?? asked);
    const streamPrefixes = prefixesOf(aggregate);
    // Who may follow nothing is told so, and not by silence.
    await sight(caller, [], signal);
    if (open >= most) {
      throw new Refusal(
        {
          status: 503,
          code: 'too-many-feeds',
          title: TITLES.notNow,
          detail: { en: `This process keeps ${most} feeds open, and does.`, zh: `本进程最多同时保持 ${most} 个订阅，已满。` },
        },
        { 'retry-after': '30' },
      );
    }
    const ending = AbortSignal.any([signal, stopping, AbortSignal.timeout(longestMs)]);
    const text = feedText({
      ...{ store, origin, form, after, streamPrefixes, heartbeatMs },
      live: follow === 'true',
      sight: (page) => sight(caller, page, ending),
      signal: ending,
    });
    open++;
    const body = Readable.from(text, { objectMode: false });
    body.once('close', () => open--);
    return { type: form.type, headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' }, body };
  }

  return {
    open: () => open,
    service: service('feed', { en: 'Feed of events', zh: '事件流' }, (routes) => {
      routes.query('GET /v1/feed', {
        title: { en: 'Follow what is recorded', zh: '持续接收所记录的事件' },
        description: DESCRIPTION,
        permission: { by: ROLES },
        query: FeedQuery,
        produces: FORMS.map(({ type }) => type),
        handle: answer,
      });
    }),
  };
}

/** @throws Refusal 400 `position-beyond-head`; EventStoreError `invalid-position` */
async function checkedPosition(store: EventStore, text: string | undefined): Promise<Position | undefined> {
  if (text === undefined || text === '') return undefined;
  const position = parsePosition(text);
  const head = await store.headPosition();
  if (head !== undefined && comparePositions(position, head) <= 0) return position;
  throw new Refusal({
    status: 400,
    code: 'position-beyond-head',
    title: { en: 'The log does not reach so far', zh: '日志尚未到达该位置' },
    detail: {
      en: `The log ends at ${head ?? 'its beginning'}: ${position} is of another log, or of one that was lost.`,
      zh: `日志止于 ${head ?? '起点'}：${position} 属于另一日志，或已丢失的日志。`,
    },
  });
}

/** @throws Refusal 400 `no-such-aggregate` */
function prefixesOf(named: string | undefined): string[] {
  if (named === undefined) return [];
  return named.split(',').map((name) => {
    if (!aggregates.has(name)) {
      throw new Refusal({
        status: 400,
        code: 'no-such-aggregate',
        title: { en: 'No such aggregate', zh: '没有这种聚合' },
        detail: {
          en: `${name || 'An empty name'} is none of ${[...aggregates.keys()].sort().join(', ')}.`,
          zh: `${name || '空名称'} 不在其中：${[...aggregates.keys()].sort().join('、')}。`,
        },
      });
    }
    // The log's own stream has no id.
    return name === 'log' ? name : `${name}-`;
  });
}
