import type { Config } from '../config.ts';
import type { Platform } from '../platform.ts';
import { barOn } from './bar.ts';
import { loadDemo } from './demo.ts';
import { guide, routesOf } from './guide.ts';
import { ScenarioError } from './step.ts';

/** Loads the demo into a platform that listens, shows how far it is, and says where to look. The platform goes on whatever comes of it. */
export async function presentDemo(
  { url, issuer }: Platform,
  { dataDir, scenarios }: Config,
  signal: AbortSignal,
  out: NodeJS.WriteStream = process.stdout,
): Promise<void> {
  if (!issuer) return;
  const bar = barOn(out);
  try {
    const demo = await loadDemo({
      url,
      issuer,
      dataDir,
      scenarios,
      signal,
      onProgress: ({ title, steps }, done) => bar.show(title.en, done, steps.length),
      onSurprise: ({ scenario, step, expected, found }) => {
        bar.end();
        out.write(`${scenario}, step "${step}": expected ${expected}, found ${found}\n`);
      },
    });
    bar.end();
    out.write(guide(url, demo, await routesOf(url)));
  } catch (error) {
    bar.end();
    if (signal.aborted) return;
    if (!(error instanceof ScenarioError)) throw error;
    out.write(
      `The demo's scenarios were not loaded whole: ${error.message}\nCytoledger goes on without; the next start tries again.\n`,
    );
  }
}
