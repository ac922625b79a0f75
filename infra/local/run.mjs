// `npm start`, `npm test` and `npm run cytoledger` come here. Plain JavaScript: it has to run on the Node that is there before there is a newer one.
import { commandLine } from './command-line.mjs';
import { Failure } from './failure.mjs';
import { ROOT } from './root.mjs';
import { start } from './start.mjs';
import { test } from './test.mjs';

const TASKS = { start, test, cytoledger: commandLine };
const [task, ...args] = process.argv.slice(2);

try {
  if (task !== 'start' && task !== 'test' && task !== 'cytoledger') {
    throw new Failure('unknown-task', 'Say `npm start`, `npm test` or `npm run cytoledger`.');
  }
  process.exitCode = await TASKS[task](ROOT, args);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
