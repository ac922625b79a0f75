import { z } from 'zod';
import { derivedFact } from '../kernel/index.ts';
import { LIST_LIMIT } from '../vocabulary/index.ts';
import { unreconciled } from './state.ts';

/** An event's body is at most 65,535 bytes; the kept content leaves room for what is said about it. */
const MAX_CONTENT = 60_000;

const Reason = z.strictObject({
  rule: z.string().min(1).max(100),
  pointer: z.string().max(300).describe('JSON pointer into the content'),
  sentence: z.strictObject({ en: z.string().max(1000), zh: z.string().max(1000) }),
});

const Digest = z.string().max(64);

/** As in an event's header: a compact JWS, and its path where one signs many. */
const Signature = z.strictObject({
  jws: z.string().max(4000),
  path: z.strictObject({ index: z.int().min(0), size: z.int().min(1), hashes: z.array(Digest).max(64) }).optional(),
});

/** What was reported and could not be applied: kept byte for byte, with its signatures, so that nothing that was said is lost. */
export const unreconciledFact = derivedFact(unreconciled, 'unreconciled', {
  title: { en: 'Report could not be matched', zh: '报告待核对' },
  opens: true,
  schema: z.strictObject({
    intended: z.string().min(1).max(100).describe('The stream that the report named'),
    type: z.string().min(1).max(100),
    reportedBy: z.string().min(1).max(100).optional().describe('Organisation; the actor’s own when left out'),
    content: z.string().min(2).max(MAX_CONTENT).describe('The exact canonical content, as text'),
    signatures: z.array(Signature).max(10).optional().describe('As they came'),
    reasons: z.array(Reason).min(1).max(LIST_LIMIT),
    rawScan: z.string().max(1000).optional().describe('What the scanner read, where nothing could be made of it'),
  }),

  evolve: (state, { actor, data }) => {
    if (state.status !== 'none') return;
    state.status = 'open';
    state.reportedBy = data.reportedBy ?? actor.org;
    state.intended = data.intended;
    state.type = data.type;
    state.reasons = data.reasons.map((reason) => reason.rule);
  },
});
