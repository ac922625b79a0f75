#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { LONE } from './lone/names.ts';

// Half of a second less at each start. Beside the program, where only who installed it may write; where nobody may, there is none.
const { directory } = enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
// Threads look for it in the environment only.
if (directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= dirname(directory);

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
// Several of these run beside each other, or are to be fast, and need none of the rest.
process.exitCode = LONE.includes(args[0]!)
  ? await (await import('./lone/program.ts')).runLone(args, io)
  : await (await import('./program.ts')).runCli(args, io);
