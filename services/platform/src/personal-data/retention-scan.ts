import {
  Retention,
  type RetentionReason,
  type RetentionVerdict,
  type StatedForRetention,
  type SubjectKind,
  upcast,
} from '@cytoledger/domain';
import type { EventStore, Position } from '@cytoledger/event-store';
import { recordedOf } from '@cytoledger/read-models';

export type Scanned = {
  readonly verdict: RetentionVerdict;
  /** Whether anything was recorded about the subject. */
  readonly known: boolean;
  /** The newest event that was taken into account. */
  readonly position: Position | null;
};

/** Reads the whole log, not a read model, which may be behind: about a second for a million events, and nobody erases often. */
export async function retentionOf(
  store: EventStore,
  subject: string,
  {
    now,
    stated,
    names = [],
    signal,
  }: {
    now: string;
    stated: StatedForRetention;
    /** Every pseudonym of the person, by the links that stand. */
    names?: Iterable<string>;
    signal?: AbortSignal;
  },
): Promise<Scanned> {
  const folds = (await kindsOf(store, subject)).map((kind) => new Retention(subject, kind, names));
  let position: Position | null = null;
  for await (const page of store.readAll()) {
    signal?.throwIfAborted();
    for (const stored of page) {
      const wanting = folds.filter((fold) => fold.wants(stored.stream, stored.type));
      if (wanting.length === 0) continue;
      const event = recordedOf(stored, upcast);
      for (const fold of wanting) fold.add(event);
    }
    position = page.at(-1)!.position;
  }
  return { verdict: strictest(folds, now, stated), known: folds.some(({ known }) => known), position };
}

/** One pseudonym may stand for a patient and for somebody of the staff. */
async function kindsOf(store: EventStore, subject: string): Promise<readonly SubjectKind[]> {
  if (subject.startsWith('org:')) return ['organisation'];
  const heads = await store.heads([`staff-${subject}`]);
  return heads.size > 0 ? ['person', 'staff'] : ['person'];
}

function strictest(folds: readonly Retention[], now: string, stated: StatedForRetention): RetentionVerdict {
  const verdicts = folds.filter(({ known }) => known).map((fold) => fold.verdict(now, stated));
  const keeping = verdicts.filter((verdict) => !verdict.allowed);
  if (keeping.length === 0) return { allowed: true, reasons: verdicts.flatMap(({ reasons }) => reasons) };
  const ends = keeping.map(({ until }) => until);
  return {
    allowed: false,
    until: ends.includes(null) ? null : ends.sort().at(-1)!,
    begun: keeping.every(({ begun }) => begun),
    reasons: [
      ...new Map(keeping.flatMap(({ reasons }) => reasons).map((each): [string, RetentionReason] => [each.id, each])).values(),
    ],
  };
}
