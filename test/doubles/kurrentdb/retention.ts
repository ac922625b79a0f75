import type { LogRecord } from './log.ts';

/** What a stream's metadata hides from readers of that stream (`$all` shows it until a scavenge). */
export class Retention {
  readonly softDeleted: boolean;
  readonly #before: number;
  readonly #maxCount: number;
  readonly #maxAgeSeconds: number;

  constructor(metadata: Uint8Array | undefined) {
    const { $tb, $maxCount, $maxAge } = parse(metadata);
    this.#before = $tb ?? 0;
    this.#maxCount = $maxCount ?? Number.POSITIVE_INFINITY;
    this.#maxAgeSeconds = $maxAge ?? Number.POSITIVE_INFINITY;
    this.softDeleted = this.#before >= 2 ** 63;
  }

  visible(records: readonly LogRecord[]): readonly LogRecord[] {
    const oldest = Math.max(this.#before, records.length - this.#maxCount);
    const youngerThan = Date.now() - this.#maxAgeSeconds * 1000;
    if (oldest <= 0 && youngerThan === Number.NEGATIVE_INFINITY) return records;
    return records.filter((record) => record.revision >= oldest && record.created >= youngerThan);
  }
}

function parse(metadata: Uint8Array | undefined): { $tb?: number; $maxCount?: number; $maxAge?: number } {
  return metadata ? JSON.parse(new TextDecoder().decode(metadata)) : {};
}
