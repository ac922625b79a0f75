import { startDemoWitnesses } from './demo-witnesses.ts';

/** Starts witnesses and says their process ids; to be killed. */
const { pids } = await startDemoWitnesses(process.argv[2]!, (message) => process.stderr.write(`${message}\n`));
process.stdout.write(`${JSON.stringify(pids())}\n`);
