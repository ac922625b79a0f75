// `npm start` and `npm test` come here. Plain JavaScript: it has to run on the Node that is there before there is a newer one.
import { Failure } from './failure.mjs';
import { ROOT } from './root.mjs';
import { start } from './start.mjs';
import { test } from './test.mjs';

const TASKS = { start, test };
const [task, ...args] = process.argv.slice(2);

try {
  if (task !== 'start' && task !== 'test') throw new Failure('unknown-task', 'Say `npm start` or `npm test`.');
  process.exitCode = await TASKS[task](ROOT, args);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
