import { startDemoWitnesses } from './demo-witnesses.ts';

/** Starts witnesses and says their process ids; to be killed. */
const [dataDir, folder] = process.argv.slice(2) as [string, string];
const { pids } = await startDemoWitnesses({ dataDir, folder }, (message) => process.stderr.write(`${message}\n`));
process.stdout.write(`${JSON.stringify(pids())}\n`);
