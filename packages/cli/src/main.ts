#!/usr/bin/env node
import process from 'node:process';
import { ATTESTORS } from './attestors/names.ts';

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
