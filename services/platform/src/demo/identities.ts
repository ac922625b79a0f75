import { createHash } from 'node:crypto';
import { v5 } from 'uuid';

/** Namespace of everything that a scenario names; never changed, since docs and tests name what follows from it. */
const NAMESPACE = '6f1d8a52-0b7e-5c53-9d0a-3f6a1c7e2b90';

/** Id of a thing of a scenario (RFC 9562 §5.5): the same on every machine. */
export function thingId(scenario: string, kind: string, name: string): string {
  return v5(`${scenario}/${kind}/${name}`, NAMESPACE);
}

/** UUIDv7 (RFC 9562 §5.7) of the scenario's own time, with bits that follow from the step's name instead of random ones. */
export function stepId(scenario: string, name: string, atMs: number): string {
  const time = atMs.toString(16).padStart(12, '0');
  const bits = createHash('sha256').update(`${scenario}\0${name}`).digest('hex');
  const variant = '89ab'[Number.parseInt(bits[3]!, 16) & 3]!;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${bits.slice(0, 3)}-${variant}${bits.slice(4, 7)}-${bits.slice(7, 19)}`;
}

/** Unpadded base64url SHA-256 of a text that stands for a document. */
export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
