import { unreconciled as domain, normalised } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { claimedIn, claimedInfusions } from './claimed-infusions.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

/** Reports that could not be matched. */
export const unreconciled = table('unreconciled', {
  status: 'text',
  intended: 'stream',
  type: 'text',
  reported_by: 'text',
  reasons: 'text',
  raw_scan: 'text',
  occurred_at: 'text',
  reconciled_with: 'stream',
});

/** Every code and id that such a report names: a trace that meets one of them shows the report. */
export const mentions = table('mentions', { text: 'text' }, [['text']]);

/** A content of 60,000 bytes cannot name more than some thousand ids; what is beyond is not worth an index. */
const MAX_MENTIONS = 2_000;

export const unreconciledHandlers: readonly Handler[] = [
  on(domain.unreconciledFact, ({ data, actor, occurredAt }, rows) => {
    rows.put(unreconciled, ONE, {
      status: 'open',
      intended: data.intended,
      type: data.type,
      reported_by: data.reportedBy ?? actor.org,
      reasons: json(data.reasons.map(({ rule }) => rule)),
      raw_scan: data.rawScan ?? null,
      occurred_at: occurredAt,
    });
    const claimed = claimedIn(data.type, data.content, data.reportedBy ?? actor.org);
    if (claimed) rows.put(claimedInfusions, ONE, claimed);
    const named = mentionsIn(data.content);
    named.add(normalised(data.intended));
    if (data.rawScan) named.add(normalised(data.rawScan));
    let n = 0;
    for (const text of named) if (n++ < MAX_MENTIONS) rows.put(mentions, text, { text });
  }),
  on(domain.reconciled, ({ data }, rows) => {
    rows.change(unreconciled, ONE, { status: data.outcome ?? 'matched', reconciled_with: data.target?.stream ?? null });
  }),
];

/** All short texts of a content's data and stream, in the form in which identifiers are searched. */
function mentionsIn(content: string): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string' && value.length >= 4 && value.length <= 100) found.add(normalised(value));
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  try {
    const { stream, data } = JSON.parse(content) as { stream?: unknown; data?: unknown };
    walk([stream, data]);
  } catch {
    // Kept because nothing could be made of it; there is nothing to find it by but what was scanned.
  }
  return found;
}
