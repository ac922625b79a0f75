import { z } from 'zod';
import { authorisation, broken, derive, personal, record, withPersonal } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { UnlinkReason } from './codes.ts';
import { linkNoted } from './link-noted.ts';
import { linkRules } from './link-rules.ts';
import { Approvers, IDENTITY_LINK } from './linked.ts';
import { approvalFaults } from './links.ts';
import { person } from './state.ts';

/** The two pseudonyms are two persons after all. What was traced through the link can be traced again as of then. */
export const unlinked = authorisation(person, 'unlinked', {
  title: { en: 'Link undone', zh: '解除关联' },
  signatures: { meaning: IDENTITY_LINK, count: 2 },
  schema: withPersonal({
    link: Uuid.describe('As given when linked, in the record of either pseudonym'),
    reason: UnlinkReason,
    approvers: Approvers,
    remarks: personal(z.string().max(4000), 'stream'),
  }),

  decide: ({ link, approvers }, state, context) => {
    const known = state.links.get(link);
    const decision = record(
      !known && broken(linkRules.unknown, '/link', { link }),
      known && known.undone !== null && broken(linkRules.undone, '/link', { link }),
      approvalFaults(approvers, IDENTITY_LINK, context),
    );
    if (!known) return decision;
    const asked = [derive(linkNoted, known.with, { link, with: state.id, standing: false })];
    return { ...decision, first: { asked, onRefusal: 'omit' } };
  },

  evolve: (state, { id, data }) => {
    const known = state.links.get(data.link);
    if (known) known.undone ??= id;
  },
});
