import type { EventStore } from '@cytoledger/event-store';
import { type Feed, type FeedSight, openFeed } from '@cytoledger/relay';
import { type Metrics, Refusal } from '@cytoledger/service-kit';
import { sightOfPage, type TraceModel } from '@cytoledger/trace';

export type FeedParts = {
  readonly store: EventStore;
  readonly origin: string;
  /** Undefined where this process answers no traces. */
  readonly trace: TraceModel | undefined;
  readonly metrics: Metrics;
};

export function openFeedService({ store, origin, trace, metrics }: FeedParts): Feed {
  const feed = openFeed({ store, origin, sight: sightFor(trace) });
  metrics.gauge('cytoledger_feeds_open', 'Feeds of events that are open', () => feed.open());
  return feed;
}

/** Oversight sees all, a monitor of the log every header; what others see is asked of the traces. */
function sightFor(trace: TraceModel | undefined): FeedSight {
  return async (caller, page, signal) => {
    if (caller.roles.includes('oversight')) return page.map(() => 'whole');
    if (caller.roles.includes('log.monitor')) return page.map(() => 'header');
    if (trace) return sightOfPage(trace, caller, page, signal);
    throw new Refusal({
      status: 503,
      code: 'no-traces-here',
      title: { en: 'This process cannot tell who may read what', zh: '本进程无法判断谁可以查阅什么' },
      detail: {
        en: 'It answers no traces: ask one that does (SERVICES).',
        zh: '它不回答追溯查询：请询问回答追溯查询的进程（SERVICES）。',
      },
    });
  };
}
