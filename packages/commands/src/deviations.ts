import { derivedEventId } from '@cytoledger/attest';
import { type Derived, derive, sentence, type Violation } from '@cytoledger/domain';
import { factOf, streamName } from './folded.ts';
import type { Prepared } from './prepared.ts';

/**
 * What opens a deviation for each finding, in the append of the event that broke the rule. `about` is that event's id; `cause` tells apart
 * what one event finds about several, or at several times.
 */
export function deviationsFor(
  prepared: Pick<Prepared, 'fact' | 'target'>,
  about: string,
  findings: readonly Violation[],
  cause = 'finding',
): Derived[] {
  const { fact, target } = prepared;
  const raised = factOf(`${fact.aggregate.name}.deviation-raised.v1`);
  if (!raised) return [];
  return findings.map((finding, n) => {
    const purpose = `${cause}:${finding.rule.id}`;
    const stream = streamName(fact.aggregate, target);
    return derive(
      raised,
      target,
      {
        deviation: derivedEventId({ triggerId: about, purpose: `${purpose}:deviation`, stream, n }),
        rule: finding.rule.id,
        class: finding.rule.deviation,
        event: about,
        pointer: finding.pointer,
        sentence: { en: sentence(finding, 'en'), zh: sentence(finding, 'zh') },
        params: finding.params,
      },
      purpose,
      n,
    );
  });
}
