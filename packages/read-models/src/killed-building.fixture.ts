import { setImmediate as turn } from 'node:timers/promises';
import { openEventStore } from '@cytoledger/event-store';
import { counting } from './counting.fixture.ts';
import { startReadModel } from './index.ts';

/** Builds a read model and kills itself as soon as some of it is in the file. */
const [log, path] = process.argv.slice(2) as [string, string];
const store = await openEventStore(`sqlite:${log}`, { readOnly: true });
const model = await startReadModel({ store, path, projecting: { projection: counting } });
while (model.lag().position === null) await turn();
process.kill(process.pid, 'SIGKILL');
