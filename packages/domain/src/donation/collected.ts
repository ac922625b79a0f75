import { z } from 'zod';
import { identifierFaults } from '../checks/index.ts';
import { Identifiers } from '../identifiers/index.ts';
import { broken, type Context, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { consentsTo, person } from '../person/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { isAfter, Moment } from '../time/index.ts';
import { OrganisationId, Pseudonym, SiteCode, TissueSource } from '../vocabulary/index.ts';
import { ReactionSeverity } from './codes.ts';
import { donationRules } from './rules.ts';
import { donation } from './state.ts';

const Apheresis = z.strictObject({
  day: z.int().min(1).max(30).describe('Day of the collection, from 1'),
  device: SiteCode.optional(),
  kitLot: SiteCode.optional(),
  volumeProcessed: MaterialQuantity.optional(),
  anticoagulantLot: SiteCode.optional().describe('Lot of the ACD-A'),
  anticoagulantVolume: MaterialQuantity.optional(),
  cd34PerKilogram: MaterialQuantity.optional().describe('CD34+ cells per kilogram of the recipient collected on this day'),
});

export const collected = fact(donation, 'collected', {
  title: { en: 'Cells or tissue collected', zh: '采集' },
  corrects: ['procedure', 'start', 'end', 'quantities', 'anticoagulant', 'container', 'identifiers', 'apheresis', 'occurredAt'],
  schema: withPersonal({
    donor: Pseudonym.describe('Pseudonym of the donor as identified at the collection, e.g. scanned from the wristband'),
    site: OrganisationId.optional().describe('Where it was collected; the reporting organisation when left out'),
    source: TissueSource,
    procedure: SiteCode.optional().describe('Procedure and version that was followed'),
    start: Moment.optional(),
    end: Moment.optional(),
    quantities: z.array(MaterialQuantity).max(10).optional().describe('Volume, mass or cells collected'),
    anticoagulant: z.strictObject({ name: SiteCode, lot: SiteCode.optional() }).optional(),
    container: z.strictObject({ kind: SiteCode.optional(), lot: SiteCode }).optional(),
    operator: Pseudonym.optional().describe('Staff pseudonym'),
    labelledBeforeDisconnection: z.boolean().optional().describe('The container was labelled before it left the donor'),
    identifiers: Identifiers.optional().describe('Numbers that the donation was given at the collection'),
    apheresis: Apheresis.optional(),
    reaction: ReactionSeverity.optional().describe('Reaction of the donor'),
    reactionDescription: personal(z.string().max(2000), '/donor'),
  }),

  decide: ({ donor, source, start, end, labelledBeforeDisconnection, identifiers, apheresis }, state, context) =>
    record(
      state.donor !== null &&
        state.donor !== donor &&
        broken(donationRules.wrongDonor, '/donor', { donor, registered: state.donor }),
      !context.state(person, donor)?.roles.has('donor') && broken(donationRules.donorUnknown, '/donor', { donor }),
      !mayBeTaken(donor, state.birthMother, context) && broken(donationRules.consentMissing, '/donor', { donor }),
      state.collected && broken(donationRules.collectedTwice),
      start !== undefined &&
        end !== undefined &&
        isAfter({ occurredAt: start, precision: 's' }, { occurredAt: end, precision: 's' }) &&
        broken(donationRules.endsBeforeStart, '/end', { start, end }),
      labelledBeforeDisconnection === false && broken(donationRules.labelLate, '/labelledBeforeDisconnection'),
      source.startsWith('apheresis') && !apheresis && broken(donationRules.apheresisMissing, '/apheresis'),
      identifierFaults(donationRules.identifierMalformed, identifiers),
    ),

  evolve: (state, { id, occurredAt, data }) => {
    state.source ??= data.source;
    state.collected ??= { event: id, occurredAt, quantities: data.quantities ?? [] };
    state.identifiers.push(...(data.identifiers ?? []));
  },
});

/** A newborn's consent is its mother's, and may stand in either record. */
function mayBeTaken(donor: string, birthMother: string | null, context: Context): boolean {
  return [donor, birthMother].some((id) => {
    const giver = id === null ? undefined : context.state(person, id);
    return giver !== undefined && (consentsTo(giver, 'therapy') || consentsTo(giver, 'research'));
  });
}
