import { hash } from 'node:crypto';

/**
 * W3C trace context (https://www.w3.org/TR/trace-context/#traceparent-header) of an event: one trace for each correlation, the event's leaf as
 * the parent. The same event always has the same.
 */
export function traceparentOf(correlation: string, leaf: string): string {
  const trace = hash('sha256', correlation).slice(0, 32);
  return `00-${trace}-${Buffer.from(leaf.slice(0, 11), 'base64url').toString('hex')}-01`;
}
