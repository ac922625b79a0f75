import { z } from 'zod';
import { authorisation, broken, record } from '../kernel/index.ts';
import { Sha256, Uuid } from '../vocabulary/index.ts';
import { contentFault } from './countersigned-content.ts';
import { hospitalRules } from './hospital-rules.ts';
import { batch } from './state.ts';

/** The second signature that was due: after an emergency at the bedside, or on yesterday's paper. */
export const countersigned = authorisation(batch, 'countersigned', {
  title: { en: 'Countersigned', zh: '补签' },
  signatures: { meaning: 'countersignature', count: 1 },
  schema: z.strictObject({
    event: Uuid.describe('What is signed for the second time'),
    contentDigest: Sha256.describe('Digest of its content: what was seen when signing'),
  }),

  decide: ({ event: id, contentDigest }, _state, { event, signers, actor }) => {
    const first = event(id);
    if (!first) return record(broken(hospitalRules.countersignedUnknown, '/event', { event: id }));
    const persons = signers.filter(({ person, org }) => person !== null && org === actor.org);
    const bySame = persons.some(({ person }) => person === first.actor.person);
    return record(
      persons.length === 0 && broken(hospitalRules.countersignedUnsigned, '//signatures'),
      bySame && broken(hospitalRules.countersignedBySame, '//signatures', { event: id }),
      contentFault(first, id, contentDigest),
    );
  },

  evolve: (state, { id, data }) => {
    state.countersignatures.set(data.event, id);
  },
});
