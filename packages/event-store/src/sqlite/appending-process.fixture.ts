import { appendUntilKilled } from '../contract/killed-process.ts';
import { openSqliteEventStore } from './index.ts';

await appendUntilKilled(await openSqliteEventStore({ path: process.argv[2]! }));
