import { readFile } from 'node:fs/promises';
import { facts } from '@cytoledger/domain';
import { openOffice } from './office-on-disk.fixture.ts';
import type { Submission } from './submission.ts';

/** Run by a specification: does one thing in a folder, and is killed with -9 before its n-th append. */
const [folder, before, said] = process.argv.slice(2) as [string, string, string | undefined];
const office = await openOffice(folder);
let appends = 0;
office.store.before = () => {
  if (++appends < Number(before)) return undefined;
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
if (said === undefined) await office.actUponAll();
else {
  const { type, ...submission } = JSON.parse(await readFile(said, 'utf8')) as { type: string } & Omit<Submission, 'fact'>;
  const outcome = await office.commands.submit({ ...submission, fact: facts.get(type)! });
  if (outcome.kind !== 'recorded') throw new Error(JSON.stringify(outcome));
}
await office.close();
