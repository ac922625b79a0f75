import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a process tells Prometheus about itself. */
export type Metrics = {
  readonly registry: Registry;
  readonly requests: Histogram<'route' | 'method' | 'status'>;
  readonly outcomes: Counter<'type' | 'outcome'>;
  readonly appended: Counter;
  readonly conflicts: Counter;
  readonly retries: Counter;
  /** A gauge that is asked when it is scraped. */
  gauge(name: string, help: string, read: () => number): void;
  /** The same with one label: a value for each of its values that there is at that moment. */
  gauges(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void;
};

/** Seconds: from a memory hit to a client's patience. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'cytoledger_http_request_seconds',
      help: 'Time to answer an HTTP request',
      labelNames: ['route', 'method', 'status'],
      buckets: BUCKETS,
      registers,
    }),
    outcomes: new Counter({
      name: 'cytoledger_commands_total',
      help: 'Commands by event type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    appended: new Counter({ name: 'cytoledger_events_appended_total', help: 'Events stored', registers }),
    conflicts: new Counter({
      name: 'cytoledger_append_conflicts_total',
      help: 'Appends that met a moved stream or basis',
      registers,
    }),
    retries: new Counter({
      name: 'cytoledger_command_retries_total',
      help: 'Turns in which commands were decided again',
      registers,
    }),
    gauges: (name, help, label, read) => {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        collect() {
          this.reset();
          for (const [value, number] of read()) this.set({ [label]: value }, number);
        },
      });
    },
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
  };
}
