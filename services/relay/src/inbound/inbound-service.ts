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

const PARTITIONS = 6;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

export function inboundGroup(origin: string): string {
  return `cytoledger-inbound-${origin}`;
}

/** Takes the results that testing laboratories produce. Nothing that happens to the broker ends it. */
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
      { name: TOPICS.qcResults, partitions },
      { name: TOPICS.qcReceipts, partitions },
      { name: TOPICS.deadLetters, partitions: 1 },
    ]);
    subscription = await broker.subscribe({
      group: inboundGroup(origin),
      topics: [TOPICS.qcResults],
      from: 'earliest',
      handle: (messages) =>
        handleResults(messages, {
          ...{ commands, routes, sender, partitions: known, signal },
          onAnswered: (what, outcome) => counts.set(`${what} ${outcome}`, (counts.get(`${what} ${outcome}`) ?? 0) + 1),
          onFailure: (error, { partition, offset }) =>
            log('warn', `result ${partition}/${offset} could not be decided yet: ${messageOf(error)}`),
        }),
    });
    if (signal.aborted) return subscription.close();
    log('info', `takes results from ${TOPICS.qcResults}`);
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
        log('warn', `results wait: ${messageOf(error)}`);
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
    service: service('inbound', { en: 'Results from Kafka', zh: '来自 Kafka 的检验结果' }, () => undefined, {
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
  gauges('cytoledger_inbound_messages', 'Messages of qc-results answered, by what became of them', 'outcome', () => counts);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
