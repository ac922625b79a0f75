import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { VaultError } from '../errors.ts';
import type { DisclosureEntry, OpenOptions, Vault } from '../port.ts';
import { checkToken, MAX_BYTES, MAX_ITEMS, PATHS, STATUS } from './wire.ts';

export type VaultServerOptions = {
  readonly vault: Vault;
  /** Shared secret of the processes that may use the vault: 32 to 512 characters of printable ASCII without spaces. */
  readonly token: string;
};

const text = { type: 'string' } as const;
const object = (properties: Record<string, object>, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const SUBJECT = object({ subject: text }, ['subject']);
const ENTRY_MEMBERS = ['subject', 'stream', 'eventId', 'pointer', 'digest', 'disclosure'];
const ENTRIES = object(
  {
    entries: {
      type: 'array',
      maxItems: MAX_ITEMS,
      items: object(Object.fromEntries(ENTRY_MEMBERS.map((member) => [member, text])), ENTRY_MEMBERS),
    },
  },
  ['entries'],
);
const DIGESTS = object({ digests: { type: 'array', maxItems: MAX_ITEMS, items: text }, lookBack: { type: 'boolean' } }, [
  'digests',
]);
const RESTRICTION = object({ subject: text, until: { type: ['string', 'null'] }, reason: text }, ['subject', 'until', 'reason']);

/**
 * Fastify plugin by which the process that owns a vault lends it to other processes of the platform: `app.register(vaultServer, options)`.
 * Not for the public listener. It neither opens nor closes the vault.
 *
 * @throws VaultError `invalid-entry` for a token of another form
 */
export async function vaultServer(app: FastifyInstance, { vault, token }: VaultServerOptions): Promise<void> {
  checkToken(token);
  const expected = hash('sha256', `Bearer ${token}`, 'buffer');

  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const given = hash('sha256', request.headers.authorization ?? '', 'buffer');
    if (!timingSafeEqual(given, expected)) throw new VaultError('unauthorised', 'the vault needs its bearer token');
  });
  app.setErrorHandler(sendProblem);

  const options = (body: object) => ({ schema: { hide: true, body }, bodyLimit: 2 * MAX_BYTES });
  app.post<{ Body: { subject: string } }>(PATHS.saltKey, options(SUBJECT), async ({ body }) => ({
    key: (await vault.saltKey(body.subject)).toString('base64url'),
  }));
  app.post<{ Body: { entries: DisclosureEntry[] } }>(PATHS.put, options(ENTRIES), async ({ body }, reply) => {
    await vault.put(body.entries);
    return reply.code(204).send();
  });
  app.post<{ Body: { digests: string[] } & OpenOptions }>(
    PATHS.open,
    options(DIGESTS),
    async ({ body: { digests, lookBack = false } }) => ({
      opened: [...(await vault.open(digests, { lookBack }))],
    }),
  );
  app.post<{ Body: { subject: string } }>(PATHS.erase, options(SUBJECT), async ({ body }, reply) => {
    await vault.erase(body.subject);
    return reply.code(204).send();
  });
  app.post<{ Body: { subject: string; until: string | null; reason: string } }>(
    PATHS.restrict,
    options(RESTRICTION),
    async ({ body }, reply) => {
      await vault.restrict(body.subject, body.until, body.reason);
      return reply.code(204).send();
    },
  );
}

/** RFC 9457. What is not the vault's own error tells a caller nothing of the inside. */
function sendProblem(error: FastifyError | VaultError, _: unknown, reply: FastifyReply): FastifyReply {
  const known = error instanceof VaultError;
  const status = known ? STATUS[error.code] : ((error as FastifyError).statusCode ?? 500);
  const problem = known
    ? { title: error.message, status, code: error.code }
    : { title: status < 500 ? error.message : 'internal error', status, code: status < 500 ? 'invalid-entry' : 'storage-failed' };
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type('application/problem+json').send(problem);
}
