import { derive, releases, type Violation } from '@cytoledger/domain';
import { prepareDerived, submitDerived } from './derived-work.ts';
import type { Engine } from './engine.ts';
import type { Outcome } from './submission.ts';
import type { Work } from './work.ts';

/** The first of two signatures waits in `release-<id of the content>`, with the exact content that the second will sign. */
export async function prepareRelease(engine: Engine, work: Work, reasons: readonly Violation[]): Promise<Outcome> {
  const { prepared } = work;
  // The second signature brings none: what the first discloses is kept now.
  if (prepared.disclosures.length > 0) await engine.vault.put(prepared.disclosures);
  const derived = derive(
    releases.prepared,
    prepared.id,
    { batch: prepared.target, content: prepared.contentText, jws: prepared.signatures[0]!.jws },
    'release-prepared',
  );
  const waiting = prepareDerived(engine, prepared, derived, prepared.actor);
  const outcome = await submitDerived(engine, waiting, work.ticket);
  if (outcome.kind === 'recorded') return { kind: 'prepared', replayed: outcome.replayed, receipt: outcome.receipt, reasons };
  return outcome;
}
