import { z } from 'zod';
import { broken, type Check, derivedFact, record } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { preparationRules } from './rules.ts';
import { release } from './state.ts';

/** A body is no larger (ARCHITECTURE, "The event"), so what it holds is not either. */
const MAX_CONTENT = 65_535;

const RELEASES: readonly string[] = [
  'batch.released.v1',
  'batch.conditionally-released.v1',
  'batch.exceptionally-released.v1',
  'batch.conditional-release-closed.v1',
];

/** The first of two signatures, and exactly what the second will sign. */
export const prepared = derivedFact(release, 'prepared', {
  title: { en: 'Release prepared', zh: '放行待第二人签名' },
  opens: true,
  schema: z.strictObject({
    batch: Uuid,
    content: z.string().min(2).max(MAX_CONTENT).describe('Canonical content (RFC 8785) of the release, byte for byte'),
    jws: z.string().min(1).max(8192).describe('First signature (RFC 7515, compact)'),
  }),

  decide: ({ batch, content }, state) => record(contentFaults(content, batch, state.id)),

  evolve: (state, { actor, data }) => {
    state.status = 'prepared';
    state.owner = actor.org;
    state.batch = data.batch;
    state.content = data.content;
    state.jws = data.jws;
  },
});

const Content = z.object({ id: z.string(), stream: z.string(), type: z.string() });

function contentFaults(text: string, batch: string, id: string): Check {
  const content = Content.safeParse(parsed(text));
  if (!content.success) return broken(preparationRules.contentUnreadable, '/content');
  const expected = { id, stream: `batch-${batch}` };
  return [
    (['id', 'stream'] as const).map(
      (member) =>
        content.data[member] !== expected[member] &&
        broken(preparationRules.contentOther, '/content', {
          member,
          found: content.data[member],
          expected: expected[member],
        }),
    ),
    !RELEASES.includes(content.data.type) &&
      broken(preparationRules.contentOther, '/content', {
        member: 'type',
        found: content.data.type,
        expected: RELEASES.join(' / '),
      }),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
