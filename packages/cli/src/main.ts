#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ATTESTORS } from './attestors/names.ts';

// Half of a second less at each start. Beside the program, where only who installed it may write; where nobody may, there is none.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());
// A reader that has seen enough (head, less) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { env, stdin, stdout, stderr } = process;
const io = { env, stdin, stdout, stderr, signal: stopping.signal };
const args = process.argv.slice(2);
// Several of these run beside each other, and need none of the rest.
process.exitCode = ATTESTORS.includes(args[0]!)
  ? await (await import('./attestors/program.ts')).runAttestor(args, io)
  : await (await import('./program.ts')).runCli(args, io);
