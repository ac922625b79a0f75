import type { Commands } from '@cytoledger/commands';
import { type Aggregate, type AnyFact, batches, releases } from '@cytoledger/domain';
import { answerOf, capture, type QueryRoute, Refusal, requireRelation, TITLES } from '@cytoledger/service-kit';
import { z } from 'zod';

type Query = Omit<QueryRoute, 'method' | 'path'>;

const Params = z.object({ releaseId: z.uuid() });

/** What waits for its second signature: the second signer reads it, and signs exactly this content. */
export const preparedRelease: Query = {
  title: { en: 'Prepared release', zh: '待签放行' },
  description: 'The exact content that waits for its second signature, and the first.',
  permission: { by: ['lab.operator', 'lab.qa', 'lab.qp', 'oversight'] },
  params: Params,
  handle: async ({ commands, params, caller }) => {
    const state = await waiting(commands, params['releaseId']!);
    requireRelation(caller, releases.release.relations(state, caller.org), 'release');
    const { id, status, batch, content, jws } = state;
    return { body: { release: id, status, batch, content, signatures: [{ jws }] } };
  },
};

/** The second signature appends the release with both in its header. */
export const secondSignature: Query = {
  title: { en: 'Second signature of a release', zh: '放行第二人签名' },
  description:
    'A JWS over the digest of the prepared content, by another person of the other role. Appends the release to its batch.',
  permission: { by: ['lab.qa', 'lab.qp'] },
  params: Params,
  body: z.strictObject({ jws: z.string().min(1).max(4096) }),
  handle: async (question) => {
    const { commands, params, caller, language, body, correlation } = question;
    const state = await waiting(commands, params['releaseId']!);
    requireRelation(caller, releases.release.relations(state, caller.org), 'release');
    const outcome = await capture(commands, {
      route: { fact: factOf(state), permission: { by: ['lab.qa', 'lab.qp'], as: ['owner'] } },
      target: state.batch!,
      fill: {},
      sent: {
        content: state.content!,
        disclosures: [],
        signatures: [{ jws: state.jws! }, { jws: (body as { jws: string }).jws }],
      },
      caller,
      correlation,
    });
    return answerOf(outcome, language);
  },
};

async function waiting(commands: Commands, id: string): Promise<releases.ReleaseState> {
  const { state } = await commands.read(releases.release as Aggregate<never>, id);
  const release = state as releases.ReleaseState;
  if (release.status === 'none')
    throw new Refusal({
      status: 404,
      code: 'not-found',
      title: TITLES.notFound,
      detail: { en: 'There is no such prepared release.', zh: '没有这样待签的放行。' },
    });
  return release;
}

const RELEASES = [
  batches.released,
  batches.conditionallyReleased,
  batches.exceptionallyReleased,
  batches.conditionalReleaseClosed,
] as const;

function factOf({ content }: releases.ReleaseState): AnyFact {
  const { type } = JSON.parse(content!) as { type: string };
  return RELEASES.find((fact) => fact.type === type) ?? batches.released;
}
