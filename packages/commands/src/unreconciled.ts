import { derivedEventId, type JsonValue } from '@cytoledger/attest';
import { derive, sentence, summedUp, unreconciled, type Violation } from '@cytoledger/domain';
import { prepareDerived, submitDerived } from './derived-work.ts';
import type { Engine } from './engine.ts';
import type { Prepared } from './prepared.ts';
import { receiptOfStored } from './receipts.ts';
import type { Outcome } from './submission.ts';
import type { Work } from './work.ts';

/** So many reasons are kept one by one beside the content: a body holds 65,535 bytes. */
const MAX_REASONS = 20;

/** Id of the stream that keeps a report that cannot be applied: derived from the sender's id, so that it is found again. */
function reportId(prepared: Prepared): string {
  return derivedEventId({ triggerId: prepared.id, purpose: 'unreconciled', stream: prepared.stream, n: 0 });
}

/** Keeps the report whole: its exact content bytes and signatures, and why it could not be applied. */
export async function keepReport(engine: Engine, work: Work, reasons: readonly Violation[]): Promise<Outcome> {
  const { prepared } = work;
  if (prepared.disclosures.length > 0) await engine.vault.put(prepared.disclosures);
  const derived = derive(
    unreconciled.unreconciledFact,
    reportId(prepared),
    {
      intended: prepared.stream,
      type: prepared.fact.type,
      reportedBy: prepared.actor.org,
      content: prepared.contentText,
      signatures: prepared.signatures as unknown as JsonValue[],
      reasons: summedUp(reasons, MAX_REASONS).map((reason) => ({
        rule: reason.rule.id,
        pointer: reason.pointer,
        sentence: { en: sentence(reason, 'en'), zh: sentence(reason, 'zh') },
      })),
    } as never,
    'unreconciled',
  );
  const kept = prepareDerived(engine, prepared, derived);
  const existing = await findReport(engine, prepared);
  if (existing) return existing;
  const outcome = await submitDerived(engine, kept, work.ticket);
  if (outcome.kind !== 'recorded') return outcome;
  engine.reports.add(prepared.stream, prepared.id);
  return { kind: 'unreconciled', replayed: outcome.replayed, receipt: outcome.receipt, reasons };
}

/** The report of this id, when it was kept before. */
export async function findReport(engine: Engine, prepared: Prepared): Promise<Outcome | undefined> {
  const stream = `fact-${reportId(prepared)}`;
  for await (const page of engine.store.readStream(stream, { limit: 1 })) {
    const [stored] = page;
    if (!stored) continue;
    const { content, actor, recordedAt } = keptReport(stored.body, stored.header);
    if (content !== prepared.contentText || actor !== prepared.actor.org) {
      return {
        kind: 'conflict',
        code: 'event-id-conflict',
        detail: `event ${prepared.id} was reported before with another content`,
      };
    }
    return { kind: 'unreconciled', replayed: true, receipt: receiptOfStored(stored, recordedAt), reasons: [] };
  }
  return undefined;
}

function keptReport(body: Uint8Array, header: Uint8Array): { content: string; actor: string; recordedAt: string } {
  const { content } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    content: { data: { content: string; reportedBy: string } };
  };
  const { recordedAt } = JSON.parse(Buffer.from(header).toString('utf8')) as { recordedAt: string };
  return { content: content.data.content, actor: content.data.reportedBy, recordedAt };
}
