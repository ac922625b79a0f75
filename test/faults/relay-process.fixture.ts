// A relay in a process of its own, to be killed: `node relay-process.fixture.ts <store URL> <brokers>`.
import { openEventStore } from '@cytoledger/event-store';
import { openKafkaBroker } from '@cytoledger/messaging';
import { openRelay } from '@cytoledger/relay';
import { ORIGIN } from './relay-log.fixture.ts';

const [url, brokers] = process.argv.slice(2) as [string, string];
const store = await openEventStore(url, { readOnly: true });
const broker = openKafkaBroker({ brokers: brokers.split(','), clientId: 'relay', tls: false }, (message) => {
  if (process.env['RELAY_TALKS']) process.stderr.write(`${message}\n`);
});
const relay = openRelay({
  store,
  broker,
  origin: ORIGIN,
  patience: 3_000,
  // Many transactions, so that many are cut through.
  limits: { events: 500 },
  log: (level, message) => process.stderr.write(`${level} ${message}\n`),
});
relay.start();
// The parent follows its progress and kills it in the middle.
setInterval(() => {
  const { role, events, relayed, transactions, retries } = relay.state;
  process.stdout.write(`${JSON.stringify({ role, events, relayed, transactions, retries, rss: process.memoryUsage.rss() })}\n`);
}, 100);
process.stdin.on('close', () => process.exit(0)).resume();
