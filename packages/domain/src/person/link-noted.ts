import { z } from 'zod';
import { derivedFact } from '../kernel/index.ts';
import { Pseudonym, Uuid } from '../vocabulary/index.ts';
import { person } from './state.ts';

/** The other end of a link: what was decided in the record of one pseudonym is known in that of the other. */
export const linkNoted = derivedFact(person, 'link-noted', {
  title: { en: 'Link noted', zh: '关联登记' },
  opens: 'either',
  schema: z.strictObject({
    link: Uuid,
    with: Pseudonym.describe('The pseudonym in whose record it was decided'),
    standing: z.boolean().describe('False: it was undone'),
  }),

  evolve: (state, { id, data }) => {
    const known = state.links.get(data.link);
    if (data.standing) state.links.set(data.link, { link: data.link, with: data.with, event: id, undone: null });
    else if (known) known.undone ??= id;
  },
});
