import { z } from 'zod';
import { authorisation, broken, type Check, type Context, derive, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym, Sha256, Uuid } from '../vocabulary/index.ts';
import { LinkEvidence } from './codes.ts';
import { linkNoted } from './link-noted.ts';
import { linkRules } from './link-rules.ts';
import { approvalFaults, linkedTo } from './links.ts';
import { type PersonState, person } from './state.ts';

export const IDENTITY_LINK = 'identity-link';

export const Approvers = z.array(Pseudonym).length(2).describe('Staff pseudonyms of the two who approve, and sign');

/**
 * Two pseudonyms are one person: a donor of 2019 and a patient of today. History is not rewritten: each record stays under the name that it was
 * made under, and a trace says which links it followed. The other pseudonym's record learns of it first (`person.link-noted`).
 */
export const linked = authorisation(person, 'linked', {
  title: { en: 'Pseudonyms linked', zh: '假名关联' },
  signatures: { meaning: IDENTITY_LINK, count: 2 },
  schema: withPersonal({
    link: Uuid.describe('Chosen by the sender: undoing names it'),
    with: Pseudonym.describe('The other pseudonym of the same person'),
    evidence: z.array(LinkEvidence).min(1).max(10),
    image: Sha256.optional().describe('SHA-256 of what was looked at'),
    approvers: Approvers,
    remarks: personal(z.string().max(4000), 'stream'),
  }),

  decide: ({ link, with: other, evidence, approvers }, state, context) => {
    const known = state.links.get(link);
    const others = context.state(person, other);
    const decision = record(
      other === state.id && broken(linkRules.itself, '/with'),
      known && broken(linkRules.idTaken, '/link', { link, other: known.with }),
      state.birthMother === other && broken(linkRules.motherAndChild, '/with', { person: other, child: state.id }),
      others?.birthMother === state.id && broken(linkRules.motherAndChild, '/with', { person: state.id, child: other }),
      approvalFaults(approvers, IDENTITY_LINK, context),
      silentFault(other, others?.registeredBy ?? null, state, context),
      evidence.every((each) => each === 'own-statement') && broken(linkRules.weak, '/evidence'),
      linkedTo(state).includes(other) && broken(linkRules.again, '/with'),
    );
    if (other === state.id) return decision;
    const asked = [derive(linkNoted, other, { link, with: state.id, standing: true })];
    return { ...decision, first: { asked, onRefusal: 'omit' } };
  },

  evolve: (state, { id, data }) => {
    state.links.set(data.link, { link: data.link, with: data.with, event: id, undone: null });
  },
});

/** What is found out of one name counts for the other, so that nobody links a stranger's patient to a record of their own. */
function silentFault(
  other: string,
  registeredBy: string | null,
  { registeredBy: own }: PersonState,
  { signers }: Context,
): Check {
  const isTheirs = registeredBy !== null && registeredBy !== own;
  const isSigned = signers.some(
    ({ org, person: who, meaning }) => org === registeredBy && who !== null && meaning === IDENTITY_LINK,
  );
  return isTheirs && !isSigned && broken(linkRules.otherSilent, '//signatures', { other });
}
