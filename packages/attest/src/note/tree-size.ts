const DECIMAL = /^(0|[1-9]\d{0,15})$/;

/** A number of entries as notes write it: decimal, without leading zeros, at most 2^53−1; undefined for any other text. */
export function readTreeSize(text: string): number | undefined {
  const size = DECIMAL.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(size) ? size : undefined;
}
