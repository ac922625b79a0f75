const DECIMAL = /^(0|[1-9]\d{0,15})$/;

/** A number of entries as the protocols write it: decimal, without leading zeros, at most 2^53−1; undefined for any other text. */
export function readSize(text: string): number | undefined {
  const size = DECIMAL.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(size) ? size : undefined;
}

/** 32 bytes in base64 (RFC 4648 §4) exactly as an encoder writes them, or undefined. */
export function readHash(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text ? bytes : undefined;
}
