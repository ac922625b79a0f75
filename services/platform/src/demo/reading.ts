import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type JsonObject, type JsonValue } from '@cytoledger/attest';
import { compile } from './compiling.ts';
import { type Bilingual, type Scenario, ScenarioError } from './step.ts';
import { readTables } from './tables.ts';

/** The scenarios are test data first: they stand with the tests, and a source tree that is started plays them. */
export const SCENARIOS = fileURLToPath(new URL('../../../../test/scenarios/', import.meta.url));

/** Chapters are read in the order of their names. */
const CHAPTER = /^\d+-[\w-]+\.json$/;

/** All scenarios of a folder, in the order of their names. @throws ScenarioError that names file and step */
export async function readScenarios(folder: string = SCENARIOS): Promise<readonly Scenario[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && /^\d/.test(entry.name)).map(({ name }) => name);
  return Promise.all(names.sort().map((name) => readScenario(folder, name)));
}

async function readScenario(folder: string, name: string): Promise<Scenario> {
  const at = join(folder, name);
  const about = await readObject(join(at, 'scenario.json'));
  const chapters = (await readdir(at)).filter((file) => CHAPTER.test(file)).sort();
  const tables = await readTables(join(at, 'tables'));
  const steps: JsonValue[] = [];
  for (const file of chapters) {
    const { capture = {}, steps: written } = await readObject(join(at, file));
    if (!Array.isArray(written)) throw new ScenarioError(`${name}/${file} has no steps`);
    steps.push({ capture, steps: written });
  }
  return compile({
    name,
    title: about['title'] as Bilingual,
    story: about['story'] as Bilingual,
    points: about['points'] as JsonObject,
    capture: about['capture'] as JsonObject,
    steps,
    tables,
  });
}

export async function readObject(path: string): Promise<JsonObject> {
  const value = JSON.parse(await readFile(path, 'utf8')) as JsonValue;
  if (!isJsonObject(value)) throw new ScenarioError(`${path} holds no JSON object`);
  return value;
}
