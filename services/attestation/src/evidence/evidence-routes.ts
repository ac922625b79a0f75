import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BundleVerifier, resultOf } from '@cytoledger/attest/evidence';
import { parsePosition } from '@cytoledger/event-store';
import { type Caller, Refusal, ROLES, type ServiceBuilder } from '@cytoledger/service-kit';
import { z } from 'zod';
import type { AttestedLog } from '../reading/attested-log.ts';
import { evidenceBundle } from './evidence-bundle.ts';
import type { Disclose, ShownStream } from './evidence-plan.ts';
import { Turns } from './turns.ts';

const NDJSON = 'application/x-ndjson';
/** Bundles that are made at a time, and bundles that are verified: each holds some hundred bytes an entry. */
const MADE_AT_A_TIME = 4;
const VERIFIED_AT_A_TIME = 2;
const MAX_VERIFIED_BYTES = 64 * 1024 * 1024;
const MAX_WAIT_SECONDS = 30;
/** How long the newest entry may take to be released: witnesses answer within a second or two. */
const PATIENCE_MS = 10_000;

/** Which streams, and which bodies of them, the evidence about a batch may hold for a caller. @throws Refusal as reading it would */
export type SeeEvidence = (
  caller: Caller,
  question: {
    readonly batch: string;
    readonly lineage: boolean;
    readonly position: string | undefined;
    /** Whether personal values are to be opened. */
    readonly disclosing: boolean;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly streams: readonly ShownStream[]; readonly disclose?: Disclose }>;

const Params = z.object({
  batchId: z
    .string()
    .max(100)
    .regex(/^[!-~]+$/, { error: 'a batch is named by printable characters without spaces' }),
});
const Query = z.strictObject({
  lineage: z
    .enum(['0', '1'])
    .default('0')
    .describe(
      '1: with every donation and batch that it was made of, the lots and samples, and the recalls, corrections and deviations about any of them, each with the proof that it is whole',
    ),
  saved: z
    .string()
    .regex(/^[1-9]\d{0,15}(,[1-9]\d{0,15}){0,9}$/)
    .optional()
    .describe('Sizes of checkpoints that you saved: the bundle then shows that the log still begins with them'),
  monitors: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_WAIT_SECONDS)
    .default(3)
    .describe('Seconds to wait for monitors to cosign that nothing is left out'),
  disclosures: z
    .enum(['shown'])
    .optional()
    .describe(
      'Personal values that your organisation reported (a patient: that are about them), opened for this bundle; a mark says of which the key was destroyed',
    ),
  minPosition: z.string().max(41).optional().describe('From a receipt: the bundle knows of it'),
});

/** Evidence to take away, and a first look at evidence that somebody brought. */
export function evidenceRoutes(log: AttestedLog, see: SeeEvidence, routes: ServiceBuilder, patienceMs = PATIENCE_MS): void {
  const making = new Turns(MADE_AT_A_TIME);
  const verifying = new Turns(VERIFIED_AT_A_TIME);
  routes.query('GET /v1/batches/:batchId/evidence', {
    title: { en: 'Evidence about a batch, to be verified offline', zh: '批次证据包（可离线验证）' },
    description:
      'An evidence bundle (docs/formats/evidence-bundle.md): every header of the batch, of the recalls, corrections and deviations across records that name it, and of the keys that signed, the bodies that you may see, ' +
      'and the proofs that they are in the log, that nothing is left out, and when witnesses had seen them.',
    permission: { by: ROLES },
    params: Params,
    query: Query,
    produces: [NDJSON],
    handle: async ({ caller, params, query, signal }) => {
      const { batchId } = params as z.output<typeof Params>;
      const { lineage, saved, monitors, disclosures, minPosition } = query as z.output<typeof Query>;
      const end = making.begin();
      try {
        const subject = `batch-${batchId}`;
        const head = minPosition ?? (await log.store.heads([subject])).get(subject)?.position;
        const { streams, disclose } = await see(caller, {
          batch: batchId,
          lineage: lineage === '1',
          position: head,
          disclosing: disclosures === 'shown',
          signal,
        });
        const bytes = await evidenceBundle(log, {
          subject,
          lineage: lineage === '1',
          streams,
          disclose,
          position: minPosition === undefined ? undefined : parsePosition(minPosition),
          saved: saved?.split(',').map(Number) ?? [],
          monitorsMs: monitors * 1000,
          patienceMs: patienceMs + monitors * 1000,
          signal,
        });
        const body = Readable.from(bytes, { objectMode: false });
        body.once('close', end);
        const headers = {
          'content-disposition': `attachment; filename="${subject.replaceAll(/[^\w-]/g, '_')}.evidence.ndjson"`,
          'cache-control': 'no-store',
        };
        return { type: NDJSON, headers, body };
      } catch (error) {
        end();
        throw error;
      }
    },
  });
  routes.query('POST /v1/verify', {
    title: { en: 'What the platform itself finds in an evidence bundle', zh: '由平台自身检查证据包' },
    description:
      'The report that every verifier prints, made by the platform that is to be checked, with its own copy of the policy. Whoever does not trust it verifies offline.',
    permission: { by: ROLES },
    takesLines: true,
    handle: async ({ body }) => {
      const { policy } = log;
      if (policy === null)
        throw new Refusal({
          status: 503,
          code: 'no-policy',
          title: { en: 'This platform has no policy to verify with', zh: '本平台没有可用于核验的策略' },
        });
      const end = verifying.begin();
      try {
        const verifier = new BundleVerifier(policy);
        let read = 0;
        for await (const chunk of body as Readable) {
          read += (chunk as Buffer).length;
          if (read > MAX_VERIFIED_BYTES) throw tooLarge();
          verifier.push(chunk as Buffer);
          if (verifier.hasFailed) break;
          await nextTurn();
        }
        const { report, message } = resultOf(verifier.outcome(), policy);
        return { body: { checkedBy: 'the platform’s own code', ...report, ...(message !== undefined && { message }) } };
      } finally {
        end();
      }
    },
  });
}

function tooLarge(): Refusal {
  return new Refusal({
    status: 413,
    code: 'too-large',
    title: { en: 'Too large', zh: '过大' },
    detail: {
      en: `At most ${MAX_VERIFIED_BYTES} bytes are verified here; the command line takes any size.`,
      zh: `此处最多核验 ${MAX_VERIFIED_BYTES} 字节；命令行不限大小。`,
    },
  });
}
