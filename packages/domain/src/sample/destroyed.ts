import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { localDateOf } from '../time/index.ts';
import { DiscardMethod, DiscardReason, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { endedFault } from './checks.ts';
import { sampleRules } from './rules.ts';
import { sample } from './state.ts';

export const destroyed = fact(sample, 'destroyed', {
  title: { en: 'Sample destroyed', zh: '样品销毁' },
  corrects: ['reason', 'method', 'wasteManifest', 'occurredAt'],
  schema: z.strictObject({
    reason: DiscardReason,
    method: DiscardMethod.optional(),
    destroyer: Pseudonym.optional().describe('Staff pseudonym; the reporting person when left out'),
    witness: Pseudonym.optional().describe('Staff pseudonym of somebody else'),
    wasteManifest: SiteCode.optional().describe('Number of the medical-waste transfer manifest (医疗废物转移联单)'),
  }),

  decide: ({ destroyer, witness }, state, { actor, occurredAt }) => {
    const until = state.retained?.until ?? null;
    return record(
      endedFault(state, sampleRules.ended),
      until !== null &&
        occurredAt !== null &&
        localDateOf(occurredAt) <= until &&
        broken(sampleRules.destroyedEarly, '', { until }),
      witness !== undefined &&
        witness === (destroyer ?? actor.person) &&
        broken(sampleRules.witnessDestroyed, '/witness', { witness }),
    );
  },

  evolve: (state) => {
    state.end ??= 'destroyed';
  },
});
