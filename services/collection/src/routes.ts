import { donations, persons } from '@cytoledger/domain';
import { HOSPITAL, LABORATORY, type Role, type Service, service } from '@cytoledger/service-kit';

const COLLECTION: readonly Role[] = [...HOSPITAL, ...LABORATORY];

export const collection: Service = service('collection', { en: 'Donors and donations', zh: '供者与供体采集' }, (site) => {
  site.fact('POST /v1/persons/:personId', persons.registered, { by: COLLECTION, as: 'any' });
  site.fact('POST /v1/persons/:personId/screenings', persons.screened, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/eligibility', persons.eligibilityDetermined, {
    by: ['hospital.physician', 'lab.qa'],
    as: ['owner'],
  });
  site.fact('POST /v1/persons/:personId/consents', persons.consentGiven, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/withdrawals', persons.consentWithdrawn, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/deviations', persons.deviationRaised, { by: COLLECTION, as: ['owner'] });
  site.fact('POST /v1/persons/:personId/deviations/:deviation/closure', persons.deviationClosed, {
    by: ['lab.qa', 'hospital.physician'],
    as: ['owner'],
    fill: { deviation: 'deviation' },
  });
  site.fact('POST /v1/persons/:personId/corrections', persons.corrected, { by: COLLECTION, as: ['owner'] });

  site.fact('POST /v1/donations/:donationId', donations.registered, { by: COLLECTION, as: 'any' });
  site.fact('POST /v1/donations/:donationId/collection', donations.collected, {
    by: COLLECTION,
    as: ['owner', 'procurement-site'],
  });
  // The laboratory that receives stands in no relation yet: it is custodian from here on.
  site.fact('POST /v1/donations/:donationId/receipt', donations.received, { by: LABORATORY, as: 'any' });
  site.fact('POST /v1/donations/:donationId/deviations', donations.deviationRaised, {
    by: COLLECTION,
    as: ['owner', 'custodian'],
  });
  site.fact('POST /v1/donations/:donationId/deviations/:deviation/closure', donations.deviationClosed, {
    by: ['lab.qa', 'hospital.physician'],
    as: ['owner', 'custodian'],
    fill: { deviation: 'deviation' },
  });
  site.fact('POST /v1/donations/:donationId/corrections', donations.corrected, { by: COLLECTION, as: ['owner', 'custodian'] });
});
