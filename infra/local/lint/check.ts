// Part of `pnpm lint`: what no linter off the shelf checks here.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { ROOT } from '../root.mjs';
import { printed } from './fault.ts';
import { layeringFaults } from './layering.ts';
import { linkFaults } from './links.ts';

const found = (pattern: string) =>
  globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules', '.git'] })
    .map((file) => file.split(sep).join('/'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

const sources = found('{packages,services}/*/src/**/*.ts');
const pages = found('**/*.md');
const services = new Set(globSync('services/*', { cwd: ROOT }).map((folder) => basename(folder)));
const faults = [...layeringFaults(sources, services), ...linkFaults(pages, (path) => existsSync(join(ROOT, path)))];

for (const fault of faults) console.error(printed(fault));
console.log(`Checked the layers of ${sources.length} files and the links of ${pages.length} pages: ${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
