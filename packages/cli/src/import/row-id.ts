import { createHash } from 'node:crypto';
import { canonicalText, type JsonValue } from '@cytoledger/attest';

/** What a row says, without its id. */
export type Row = {
  readonly type: JsonValue;
  readonly stream: JsonValue;
  readonly occurredAt: JsonValue;
  readonly capture: JsonValue;
  readonly data: JsonValue;
};

/**
 * Ids for rows that bring none: shaped as UUIDv7 (RFC 9562 §5.7), their time that of `occurredAt` (0 when unknown), the rest from SHA-256 over what
 * the row says and how many equal rows stand before it. So a file that is imported again stores nothing twice, also when lines were added
 * to it, removed from it or mended in between; a row that is changed is another event.
 */
export class RowIds {
  readonly #seen = new Map<string, number>();

  idOf(row: Row): string {
    const { type, stream, occurredAt, capture, data } = row;
    const said = createHash('sha256')
      .update(canonicalText([type, stream, occurredAt, capture, data]))
      .digest('base64');
    const n = this.#seen.get(said) ?? 0;
    this.#seen.set(said, n + 1);
    const hex = createHash('sha256').update(`cytoledger/import/v1\0${said}\0${n}`).digest('hex');
    const time = timeHex(occurredAt);
    const variant = '89ab'[Number.parseInt(hex[3]!, 16) & 3]!;
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
  }
}

const TIME_HEX_DIGITS = 12;

function timeHex(occurredAt: JsonValue): string {
  const ms = typeof occurredAt === 'string' ? Date.parse(occurredAt) : Number.NaN;
  return Math.max(0, Number.isNaN(ms) ? 0 : ms)
    .toString(16)
    .padStart(TIME_HEX_DIGITS, '0');
}
