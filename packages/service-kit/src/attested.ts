import type { Outcome } from '@cytoledger/commands';
import type { FastifyReply } from 'fastify';

/** Where an event stands in the attested log. */
export type AttestedAt = {
  /** Which leaf it is. */
  readonly index: number;
  /** Size of a checkpoint with it that a quorum of witnesses has cosigned. */
  readonly size: number;
};

/** Resolves as soon as the event at a log position is in a released checkpoint; null when time or patience ran out. */
export type WhenAttested = (position: string, timeoutMs: number, signal: AbortSignal) => Promise<AttestedAt | null>;

/** Nobody waits longer, seconds. */
export const MAX_WAIT_S = 30;

const SECOND = 1000;

/** `Prefer: wait=N` (RFC 7240 §4.3): whole seconds, at most {@link MAX_WAIT_S}; undefined where it is not asked for, or not readable. */
export function waitPreference(prefer: string | string[] | undefined): number | undefined {
  if (prefer === undefined) return undefined;
  // Of a preference that is stated twice, the first counts (RFC 7240 §2).
  for (const preference of String(prefer).split(',')) {
    const [name, value] = (preference.split(';')[0] ?? '').split('=').map((part) => part.trim());
    if (name?.toLowerCase() !== 'wait') continue;
    const seconds = /^"?(\d{1,9})"?$/.exec(value ?? '')?.[1];
    return seconds === undefined ? undefined : Math.min(Number(seconds), MAX_WAIT_S);
  }
  return undefined;
}

/**
 * Waits as the sender prefers, and says so in `Preference-Applied`. In the order of the outcomes: where each event stands, null where time ran
 * out or nothing was recorded.
 */
export async function attestedOutcomes(
  whenAttested: WhenAttested,
  seconds: number,
  outcomes: readonly Outcome[],

  reply: FastifyReply,
): Promise<(AttestedAt | null)[]> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const found = await Promise.all(
    outcomes.map((outcome) =>
      'receipt' in outcome ? whenAttested(outcome.receipt.position, seconds * SECOND, gone.signal) : null,
    ),
  );
  if (outcomes.some((outcome) => 'receipt' in outcome)) reply.header('preference-applied', `wait=${seconds}`);
  return found;
}
