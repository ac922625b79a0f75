import { appendUntilKilled } from '../contract/killed-process.ts';
import { openKurrentEventStore } from './index.ts';

await appendUntilKilled(await openKurrentEventStore(process.argv[2]!));
