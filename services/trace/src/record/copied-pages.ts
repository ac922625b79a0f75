import { type Capture, type PaperLevel, paperCompleteness } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';

/** An entry that was copied from paper: when it happened by the page and when it was recorded, which page, and who copied and checked it. */
export type CopiedEntry = {
  readonly event: string;
  readonly type: string;
  readonly occurredAt: string | null;
  readonly recordedAt: string;
  readonly form: string | null;
  readonly binder: string | null;
  readonly page: string | null;
  /** SHA-256 of the page's image; null where there is none. */
  readonly image: string | null;
  readonly transcriber: string | null;
  readonly checker: string | null;
  readonly level: PaperLevel;
  readonly missing: readonly string[];
};

const PAPER = Buffer.from('"mode":"paper"');

/** A stream's entries that were copied from paper, up to a seq. */
export async function copiedEntries(store: EventStore, stream: string, until: number): Promise<CopiedEntry[]> {
  const found: CopiedEntry[] = [];
  if (until < 0) return found;
  for await (const page of store.readStream(stream, { limit: until + 1 })) {
    for (const { id, type, header, body } of page) {
      // Most entries are not, and need not be read.
      if (!Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(PAPER)) continue;
      const { content } = JSON.parse(textOf(body)) as { content: { occurredAt: string | null; capture: Capture } };
      const completeness = paperCompleteness(content.capture);
      if (!completeness) continue;
      const { form, sourceRecord, transcriber, checker } = content.capture;
      found.push({
        ...{ event: id, type, occurredAt: content.occurredAt },
        recordedAt: (JSON.parse(textOf(header)) as { recordedAt: string }).recordedAt,
        ...{ form: form ?? null, binder: sourceRecord?.binder ?? null, page: sourceRecord?.page ?? null },
        image: sourceRecord?.imageDigest ?? null,
        ...{ transcriber: transcriber ?? null, checker: checker ?? null },
        ...completeness,
      });
    }
  }
  return found;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
