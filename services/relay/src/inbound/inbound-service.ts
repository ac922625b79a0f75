import type { Commands } from '@cytoledger/commands';
import { type Broker, type Sender, type Subscription, TOPICS } from '@cytoledger/messaging';
import { type FactRoute, type Metrics, type Service, service } from '@cytoledger/service-kit';
import { handleResults } from './inbound.ts';
import { pause } from './pause.ts';

export type InboundOptions = {
  /** Closed with the service. */
  readonly broker: Pick<Broker, 'ensureTopics' | 'subscribe' | 'close'>;
  readonly sender: Sender;
  readonly commands: Commands;
  /** Of the log: each has a consumer group of its own. */
  readonly origin: string;
  /** What is taken. */
  readonly routes: readonly Pick<FactRoute, 'fact' | 'permission' | 'ownOrganisation'>[];
  /** Of topics that have to be made. */
  readonly partitions?: number;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
};

export type Inbound = {
  /** Without routes. */
  readonly service: Service;
  /** Messages answered since the start, by `receipt recorded`, `dead-letter unsigned`, … */
  readonly counts: ReadonlyMap<string, number>;
};

/** Testing laboratories produce results, quality-control centres queries. Who speaks is said by the signature, not by the topic. */
const SPOKEN_TO: readonly string[] = [TOPICS.qcResults, TOPICS.oversightQueries];
const PARTITIONS = 6;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

export function inboundGroup(origin: string): string {
  return `cytoledger-inbound-${origin}`;
}

/** Takes the results that testing laboratories produce, and the queries of quality-control centres. Nothing that happens to the broker ends it. */
export function openInbound(options: InboundOptions): Inbound {
  const { broker, sender, commands, origin, partitions = PARTITIONS, log = () => undefined } = options;
  const routes = new Map(options.routes.map((route) => [route.fact.type, route] as const));
  const stopping = new AbortController();
  const { signal } = stopping;
  const counts = new Map<string, number>();
  let running: Promise<void> | undefined;
  let subscription: Subscription | undefined;

  async function consume(): Promise<void> {
    const known = await broker.ensureTopics([
      ...SPOKEN_TO.map((name) => ({ name, partitions })),
      { name: TOPICS.qcReceipts, partitions },
      { name: TOPICS.deadLetters, partitions: 1 },
    ]);
    subscription = await broker.subscribe({
      group: inboundGroup(origin),
      topics: SPOKEN_TO,
      from: 'earliest',
      handle: (messages) =>
        handleResults(messages, {
          ...{ commands, routes, sender, partitions: known, signal },
          onAnswered: (what, outcome) => counts.set(`${what} ${outcome}`, (counts.get(`${what} ${outcome}`) ?? 0) + 1),
          onFailure: (error, { partition, offset }) =>
            log('warn', `message ${partition}/${offset} could not be decided yet: ${messageOf(error)}`),
        }),
    });
    if (signal.aborted) return subscription.close();
    log('info', `takes what is said in ${SPOKEN_TO.join(' and ')}`);
    await subscription.ended;
  }

  async function run(): Promise<void> {
    let wait = FIRST_PAUSE;
    while (!signal.aborted) {
      const since = Date.now();
      try {
        await consume();
      } catch (error) {
        if (signal.aborted) return;
        log('warn', `messages wait: ${messageOf(error)}`);
      } finally {
        await subscription?.close();
        subscription = undefined;
      }
      if (Date.now() - since > LONGEST_PAUSE) wait = FIRST_PAUSE;
      await pause(wait, signal).catch(() => undefined);
      wait = Math.min(LONGEST_PAUSE, 2 * wait);
    }
  }

  return {
    counts,
    service: service('inbound', { en: 'Results and queries from Kafka', zh: '来自 Kafka 的检验结果与质询' }, () => undefined, {
      start: async () => {
        running ??= run();
      },
      stop: async () => {
        stopping.abort(new Error('the process is stopping'));
        await subscription?.close();
        await running;
        await sender.close();
        await broker.close();
      },
    }),
  };
}

export function inboundMetrics({ counts }: Inbound, { gauges }: Metrics): void {
  gauges(
    'cytoledger_inbound_messages',
    'Messages of laboratories and quality-control centres answered, by what became of them',
    'outcome',
    () => counts,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
