import { z } from 'zod';
import { identifierFaults } from '../checks/index.ts';
import { Identifiers, parseChainOfIdentity, sameChain } from '../identifiers/index.ts';
import { broken, type Check, type Context, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { person } from '../person/index.ts';
import { treatment } from '../treatment/state.ts';
import { coded, Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { DonationKind, Relationship } from './codes.ts';
import { donationRules } from './rules.ts';
import { donation } from './state.ts';

const Abo = coded({
  A: { zh: 'A 型', en: 'A' },
  B: { zh: 'B 型', en: 'B' },
  AB: { zh: 'AB 型', en: 'AB' },
  O: { zh: 'O 型', en: 'O' },
});
const RhD = coded({ positive: { zh: '阳性', en: 'positive' }, negative: { zh: '阴性', en: 'negative' } });

/** One of several collections is counted within this many. */
const MAX_COLLECTIONS = 100;

export const registered = fact(donation, 'registered', {
  title: { en: 'Donation registered', zh: '捐献登记' },
  opens: true,
  corrects: ['relationship', 'collection', 'identifiers', 'occurredAt'],
  schema: withPersonal({
    donor: Pseudonym,
    birthMother: Pseudonym.optional().describe('Pseudonym of the birth mother, where the cells are a newborn’s'),
    kind: DonationKind,
    recipient: Pseudonym.optional().describe('Pseudonym of the patient for whom a directed donation is meant'),
    relationship: Relationship.optional().describe('Of the donor to the recipient, where related'),
    collection: z
      .strictObject({ number: z.int().min(1).max(MAX_COLLECTIONS), of: z.int().min(1).max(MAX_COLLECTIONS).optional() })
      .optional()
      .describe('Collection n of m, where one treatment needs several'),
    treatment: Uuid.optional().describe('Treatment for which it is collected: its chain of identity has to be the same'),
    coi: SiteCode.optional().describe('Chain of identity, ISBT 128 (CH…) or the site’s own; needed where autologous'),
    identifiers: Identifiers.optional().describe('DIN, SEC or local numbers of the donation'),
    bloodGroup: personal(z.strictObject({ abo: Abo, rhD: RhD }), '/donor'),
  }),

  decide: (data, _state, context) => {
    const { donor, kind, relationship, collection, coi, identifiers } = data;
    return record(
      !context.state(person, donor)?.registered && broken(donationRules.donorNotYetRegistered, '/donor', { donor }),
      kind === 'autologous' && coi === undefined && broken(donationRules.coiMissing, '/coi'),
      kind === 'related-allogeneic' && relationship === undefined && broken(donationRules.relationshipMissing, '/relationship'),
      collection?.of !== undefined &&
        collection.number > collection.of &&
        broken(donationRules.collectionCount, '/collection', { number: collection.number, of: collection.of }),
      coi !== undefined && coiFaults(coi),
      data.treatment !== undefined && treatmentFaults(data, data.treatment, context),
      identifierFaults(donationRules.identifierMalformed, identifiers),
    );
  },

  evolve: (state, { actor, data }) => {
    state.registered = true;
    state.procurementSite = actor.org;
    state.donor = data.donor;
    state.birthMother = data.birthMother ?? null;
    state.kind = data.kind;
    state.recipient = data.recipient ?? (data.kind === 'autologous' ? data.donor : null);
    state.relationship = data.relationship ?? null;
    state.coi = data.coi ?? null;
    state.identifiers.push(...(data.identifiers ?? []));
  },
});

type Directed = {
  readonly donor: string;
  readonly kind: DonationKind;
  readonly recipient?: string | undefined;
  readonly coi?: string | undefined;
};

/** The chain of identity is issued before the collection, and the donation travels under it. */
function treatmentFaults({ donor, kind, recipient, coi }: Directed, id: string, context: Context): Check {
  const planned = context.state(treatment, id);
  const meantFor = recipient ?? (kind === 'autologous' ? donor : null);
  const issued = planned?.coi ?? null;
  return [
    planned?.patient != null &&
      meantFor !== null &&
      planned.patient !== meantFor &&
      broken(donationRules.treatmentOfOther, '/treatment', { treatment: id }),
    issued !== null && !sameChain(coi, issued) && broken(donationRules.coiDiffers, '/coi', { coi: coi ?? '–', issued }),
  ];
}

/** What begins like an ISBT 128 chain of identity has to be one. */
function coiFaults(coi: string): Check {
  if (!/^(?:&\/|CH[A-NP-Z1-9])/i.test(coi)) return undefined;
  const parsed = parseChainOfIdentity(coi);
  return !parsed.ok && broken(donationRules.coiMalformed, '/coi', { coi, problem: parsed.problem.code });
}
