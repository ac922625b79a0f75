// Run by `npm exec`, which puts what it fetched first on the path: tells where that is.
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const pnpm = (process.env['PATH'] ?? process.env['Path'] ?? '')
  .split(delimiter)
  .map((folder) => resolve(join(folder, '..', 'pnpm', 'bin', 'pnpm.cjs')))
  .find((file) => existsSync(file));

console.log(JSON.stringify({ node: process.execPath, version: process.versions.node, pnpm: pnpm ?? null }));
