// Follows the topics, keeps a table, and proves every event. See README.md.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPolicy } from '@cytoledger/attest';
import { EVENT_TOPICS, openKafkaBroker, readBrokerSettings, readCloudEvent } from '@cytoledger/messaging';
import { proveWhatCame } from './proving.ts';
import { Table } from './table.ts';

const SHOW_EVERY_MS = 2_000;

const { TABLE = './qc-centre.db', CYTOLEDGER_URL = 'http://127.0.0.1:8080', TOKEN = '', POLICY } = process.env;
const settings = readBrokerSettings(process.env, 'qc-centre');
if (!settings || POLICY === undefined) throw new Error('set KAFKA_BROKERS, and POLICY to your copy of the policy');

const table = new Table(TABLE);
const prover = { url: CYTOLEDGER_URL, token: TOKEN, policy: readPolicy(await readFile(POLICY, 'utf8')) };
const broker = openKafkaBroker(settings);
const subscription = await broker.subscribe({
  group: 'qc-centre.table',
  topics: EVENT_TOPICS,
  from: 'earliest',
  // What is not whole throws here, and nothing of its batch is taken.
  handle: async (messages) => table.take(messages.map(({ value }) => readCloudEvent(value ?? Buffer.alloc(0)))),
});
let stopping = false;
process.once('SIGINT', () => {
  stopping = true;
});
let shown = '';
while (!stopping) {
  await proveWhatCame(table, prover);
  const rows = JSON.stringify(table.batches());
  if (rows !== shown) console.table(table.batches());
  shown = rows;
  await sleep(SHOW_EVERY_MS);
}
await subscription.close();
await broker.close();
table.close();
