import { leafHash } from '@cytoledger/attest';
import type { StoredEvent } from '@cytoledger/event-store';
import { type Caller, type Question, Refusal, ROLES, type ServiceBuilder, TITLES } from '@cytoledger/service-kit';
import { z } from 'zod';
import type { AttestedLog } from '../reading/attested-log.ts';

/** Whether a caller may read a stream. @throws Refusal where not, as reading it would */
export type MayRead = (caller: Caller, stream: string, position: string, signal: AbortSignal) => Promise<void>;

const RETRY_AFTER_SECONDS = 1;
const Params = z.object({ stream: z.string().max(256), seq: z.coerce.number().int().min(0) });

/** That an event is in the log, as whoever pins the policy can check by themselves. */
export function proofRoute(log: AttestedLog, mayRead: MayRead, routes: ServiceBuilder): void {
  routes.query('GET /v1/streams/:stream/:seq/proof', {
    title: { en: 'The proof that an event is in the log', zh: '事件已入日志的证明' },
    description:
      'The header byte for byte, its leaf index and RFC 9162 inclusion path, and a checkpoint that a quorum of witnesses has cosigned. ' +
      '503 with Retry-After until there is one. For whoever may read the stream, and for the organisation that sent the event.',
    permission: { by: ROLES },
    params: Params,
    handle: async (question) => {
      const { stream, seq } = question.params as unknown as z.output<typeof Params>;
      return { body: await proofOf(log, mayRead, question, stream, seq) };
    },
  });
}

function actorOrg({ body }: StoredEvent): string | undefined {
  return (JSON.parse(Buffer.from(body).toString('utf8')) as { actor?: { org?: string } }).actor?.org;
}

async function proofOf(log: AttestedLog, mayRead: MayRead, { caller, signal }: Question, stream: string, seq: number) {
  const found = await log.find(stream, seq);
  if (!found)
    throw new Refusal({
      status: 404,
      code: 'not-found',
      title: TITLES.notFound,
      detail: { en: 'There is no such stream or event.', zh: '没有这样的流或事件。' },
    });
  const { stored, index } = found;
  // Whoever was given the receipt may see it kept, also where it has since lost sight of the stream: the header tells it nothing that it does not know.
  if (actorOrg(stored) !== caller.org) await mayRead(caller, stream, stored.position, signal);
  const { released } = log;
  if (index === undefined || released === undefined)
    throw new Refusal(
      {
        status: 503,
        code: 'not-released-yet',
        title: { en: 'Not released yet', zh: '尚未发布' },
        detail: {
          en: 'The event is recorded; no checkpoint with it has been cosigned by a quorum of witnesses yet.',
          zh: '该事件已记录；包含它的检查点尚未得到足够见证方的联署。',
        },
      },
      { 'retry-after': String(RETRY_AFTER_SECONDS) },
    );
  return {
    origin: log.origin,
    stream,
    seq,
    leaf: leafHash(stored.header),
    header: Buffer.from(stored.header).toString('utf8'),
    inclusion: {
      index,
      size: released.size,
      hashes: log.inclusion(index, released.size).map((hash) => hash.toString('base64url')),
    },
    checkpoint: released.note,
  };
}
