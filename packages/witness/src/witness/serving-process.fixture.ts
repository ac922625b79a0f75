import { serveWitness } from './serve-witness.ts';
import { openWitness } from './witness.ts';

/** Serves a witness and says where; to be killed. */
const [folder, logVkey] = process.argv.slice(2) as [string, string];
const { url } = await serveWitness(await openWitness({ folder, logVkeys: [logVkey] }));
process.stdout.write(`${url}\n`);
