import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalIssuer } from '../issuer.ts';
import { type Cast, readCast } from './cast.ts';
import { enrolment } from './enrolment.ts';
import { DemoHttp } from './http.ts';
import type { Surprise } from './judging.ts';
import { DemoKeys } from './keys.ts';
import { play } from './player.ts';
import { Progress } from './progress.ts';
import { readScenarios, SCENARIOS } from './reading.ts';
import type { Scenario } from './step.ts';
import { demoTokens } from './tokens.ts';

export type DemoOptions = {
  /** Of the platform that is listening. */
  readonly url: string;
  readonly issuer: LocalIssuer;
  /** Keys, progress, tokens and identifiers stand in `demo/` of it. */
  readonly dataDir: string;
  /** False: tokens only. */
  readonly scenarios: boolean;
  /** Folder of the scenarios and their cast. */
  readonly from?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (scenario: Scenario, done: number) => void;
  /** A step came to something else than its scenario says; the play goes on. */
  readonly onSurprise?: (surprise: Surprise) => void;
};

export type Demo = {
  readonly folder: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly scenarios: readonly Scenario[];
  readonly cast: Cast;
  /** Steps that came to something else than their scenario says. */
  readonly surprises: readonly Surprise[];
};

/**
 * Plays the scenarios through the public interface, where they are not played yet, and writes `tokens.json` and `scenarios.json`. A run that was cut
 * off is taken up where it stopped; what was sent twice is stored once.
 *
 * @throws ScenarioError that names the step which could not be played
 */
export async function loadDemo(options: DemoOptions): Promise<Demo> {
  const { url, issuer, dataDir, from = SCENARIOS, signal, onProgress, onSurprise } = options;
  const folder = join(dataDir, 'demo');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const cast = await readCast(from);
  const scenarios = options.scenarios ? await readScenarios(from) : [];
  const tokens = await demoTokens(issuer, cast, scenarios);
  await kept(join(folder, 'tokens.json'), tokens);
  if (scenarios.length === 0) return { folder, tokens, scenarios, cast, surprises: [] };
  await kept(
    join(folder, 'scenarios.json'),
    Object.fromEntries(scenarios.map(({ name, title, points }) => [name, { title, ...points }])),
  );
  const keys = await DemoKeys.open(join(folder, 'keys'));
  const progress = await Progress.open(join(folder, 'progress.json'));
  const http = new DemoHttp(url, (as) => issuer.token(cast.claims(as)), signal);
  const surprises: Surprise[] = [];
  const surprised = (surprise: Surprise) => {
    surprises.push(surprise);
    onSurprise?.(surprise);
  };
  const stage = { http, cast, keys, progress, onSurprise: surprised, ...(onProgress && { onProgress }) };
  for (const scenario of [await enrolment(cast, keys), ...scenarios]) await play(scenario, stage);
  return { folder, tokens, scenarios, cast, surprises };
}

/** Tokens open everything in the demo: readable by their owner only. */
async function kept(path: string, value: object): Promise<void> {
  await writeFile(`${path}.next`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.next`, path);
}
