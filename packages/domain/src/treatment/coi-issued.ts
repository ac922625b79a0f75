import { z } from 'zod';
import { donation } from '../donation/state.ts';
import { parseChainOfIdentity, sameChain } from '../identifiers/index.ts';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { Patient, patientFault } from './patient.ts';
import { treatment } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

/** One chain of identity links several donations: an apheresis takes more than one day. */
const MAX_DONATIONS = 20;

const CoiIssued = z.strictObject({
  patient: Patient,
  coi: SiteCode.describe('Chain of identity: ISBT 128 (CH…), or the site’s own'),
  donations: z.array(Uuid).max(MAX_DONATIONS).optional().describe('Donations that are registered for this patient already'),
  issuer: Pseudonym.optional().describe('Staff pseudonym'),
});
type CoiIssued = z.output<typeof CoiIssued>;

/**
 * The number under which a patient's own cells travel and come back, given out before they are collected. The gate compares it with the batch's
 * (`gate.coi-differs`); here it is compared with the plan and with the donations that are named.
 */
export const coiIssued = fact(treatment, 'coi-issued', {
  title: { en: 'Chain of identity issued', zh: '签发同一性链标识' },
  corrects: ['issuer', 'occurredAt'],
  schema: CoiIssued,

  decide: (data, state, context) => {
    const { patient, coi } = data;
    const differs = state.coi !== null && !sameChain(state.coi, coi);
    return record(
      patientFault(patient, state),
      malformed(coi),
      differs && broken(transplantRules.coiDiffers, '/coi', { coi, where: 'treatment', other: state.coi ?? '–' }),
      !differs && state.coiIssued !== null && broken(transplantRules.coiAgain, '/coi'),
      donationFaults(data, context),
    );
  },

  // A second chain of identity is a finding, and never takes the place of the first.
  evolve: (state, { id, data }) => {
    state.coi ??= data.coi;
    state.coiIssued ??= id;
  },
});

/** What begins like an ISBT 128 chain of identity has to be one. */
function malformed(coi: string): Check {
  if (!/^(?:&\/|CH[A-NP-Z1-9])/i.test(coi)) return undefined;
  const parsed = parseChainOfIdentity(coi);
  return !parsed.ok && broken(transplantRules.coiMalformed, '/coi', { coi, problem: parsed.problem.code });
}

function donationFaults({ patient, coi, donations = [] }: CoiIssued, context: Context): Check {
  const given = context.states(donation, donations);
  return donations.map((id, n) => {
    const found = given.get(id);
    if (!found?.registered) return undefined;
    const collectedAt = found.collected?.occurredAt ?? null;
    const { occurredAt } = context;
    return [
      found.coi !== null &&
        !sameChain(found.coi, coi) &&
        broken(transplantRules.coiDiffers, `/donations/${n}`, { coi, where: `donation ${id}`, other: found.coi }),
      found.donor !== null &&
        found.donor !== patient &&
        broken(transplantRules.coiOfOther, `/donations/${n}`, { donation: id, donor: found.donor }),
      found.collected &&
        (collectedAt === null || occurredAt === null || instant(collectedAt) < instant(occurredAt)) &&
        broken(transplantRules.coiLate, `/donations/${n}`, { donation: id, collected: collectedAt ?? '?' }),
    ];
  });
}
