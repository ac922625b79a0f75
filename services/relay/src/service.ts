import { type Metrics, type Service, service } from '@cytoledger/service-kit';
import { needsSomebody, type Relay } from './relay.ts';

const SECOND = 1000;
const ROLES = ['starting', 'relaying', 'standby', 'waiting'] as const;

/**
 * The relay as a service without routes. A broker that is away does not make it unready: recording goes on, and what waits is told by the
 * metrics. What a person has to decide does.
 */
export function relayService(relay: Relay, close: () => Promise<void>): Service {
  return service('relay', { en: 'Relay to Kafka', zh: 'Kafka 中继' }, () => undefined, {
    notReady: () => {
      const { trouble } = relay.state;
      return trouble && needsSomebody(trouble.code) ? [`the relay stands still: ${trouble.message}`] : [];
    },
    start: async () => relay.start(),
    stop: async () => {
      await relay.stop();
      await close();
    },
  });
}

export function relayMetrics(relay: Relay, { gauge, gauges }: Metrics): void {
  gauge('cytoledger_relay_lag_seconds', 'For how long the oldest event has waited that is not in the topics', () => {
    const { waitingSince } = relay.state;
    return waitingSince === null ? 0 : Math.max(0, Date.now() - waitingSince) / SECOND;
  });
  gauge('cytoledger_relay_position', 'Position of the last event in the topics (its first number on KurrentDB)', () =>
    Number(relay.state.position?.split('-')[0] ?? 0),
  );
  gauge('cytoledger_relay_events', 'Events in the topics, by the last checkpoint', () => relay.state.events);
  gauge('cytoledger_relay_relayed', 'Events that this process has relayed', () => relay.state.relayed);
  gauge('cytoledger_relay_transactions', 'Transactions that this process has committed', () => relay.state.transactions);
  gauge('cytoledger_relay_retries', 'Times that this process has begun again after a failure', () => relay.state.retries);
  gauges('cytoledger_relay_role', '1 for what the relay does', 'role', () =>
    ROLES.map((role): [string, number] => [role, relay.state.role === role ? 1 : 0]),
  );
}
