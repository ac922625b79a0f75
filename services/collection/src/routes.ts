import { donations, persons } from '@cytoledger/domain';
import { HOSPITAL, LABORATORY, type Role, type Service, service, upkeepOf } from '@cytoledger/service-kit';

const COLLECTION: readonly Role[] = [...HOSPITAL, ...LABORATORY];
/** What lifts a hold or joins two records is decided by a physician or by quality assurance. */
const DECIDING = { by: ['hospital.physician', 'lab.qa'], as: ['owner'] } as const;

export const collection: Service = service('collection', { en: 'Donors and donations', zh: '供者与供体采集' }, (site) => {
  // Whoever registered a person first registers further roles: a stranger neither adds to the record nor learns from it.
  site.fact('POST /v1/persons/:personId', persons.registered, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/screenings', persons.screened, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/eligibility', persons.eligibilityDetermined, {
    by: ['hospital.physician', 'lab.qa'],
    as: ['owner'],
  });
  site.fact('POST /v1/persons/:personId/consents', persons.consentGiven, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/withdrawals', persons.consentWithdrawn, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/withdrawal-decisions', persons.withdrawalDecided, DECIDING);
  site.fact('POST /v1/persons/:personId/post-donation-information', persons.postDonationInformationReceived, {
    by: COLLECTION,
    as: ['owner'],
  });
  site.fact('POST /v1/persons/:personId/retests', persons.retested, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/links', persons.linked, DECIDING);
  site.fact('POST /v1/persons/:personId/links/:link/undoing', persons.unlinked, { ...DECIDING, fill: { link: 'link' } });
  site.fact('POST /v1/persons/:personId/death', persons.died, { by: COLLECTION, as: ['owner'] });
  site.upkeep('/v1/persons/:personId', upkeepOf(persons), {
    by: COLLECTION,
    as: ['owner'],
    closedBy: ['lab.qa', 'hospital.physician'],
  });

  site.fact('POST /v1/donations/:donationId', donations.registered, { by: COLLECTION, as: 'any' });
  site.fact('POST /v1/donations/:donationId/collection', donations.collected, {
    by: COLLECTION,
    as: ['owner', 'procurement-site'],
  });
  // The laboratory that receives stands in no relation yet: it is custodian from here on.
  site.fact('POST /v1/donations/:donationId/receipt', donations.received, { by: LABORATORY, as: 'any' });
  site.fact('POST /v1/donations/:donationId/discard', donations.discarded, {
    by: COLLECTION,
    as: ['owner', 'procurement-site', 'custodian'],
  });
  site.upkeep('/v1/donations/:donationId', upkeepOf(donations), {
    by: COLLECTION,
    as: ['owner', 'custodian'],
    closedBy: ['lab.qa', 'hospital.physician'],
  });
});
