import { registry as facts } from '@cytoledger/domain';
import { type Service, service } from '@cytoledger/service-kit';

export const registry: Service = service(
  'registry',
  { en: 'Sites, studies, products, staff, keys', zh: '机构、研究、产品、人员与密钥登记' },
  (office) => {
    office.fact('POST /v1/sites/:siteId', facts.siteRegistered, { by: ['platform.admin'], as: 'any' });
    office.fact('POST /v1/studies/:studyId', facts.studyFiled, {
      by: ['hospital.physician', 'hospital.coordinator', 'lab.qa'],
      as: 'any',
    });
    const STUDY = { by: ['hospital.physician', 'hospital.coordinator', 'lab.qa'], as: ['owner'] } as const;
    office.fact('POST /v1/studies/:studyId/amendments', facts.studyAmended, STUDY);
    // A site stops what it does itself; who filed the study stops it everywhere.
    office.fact('POST /v1/studies/:studyId/suspensions', facts.studySuspended, {
      by: [...STUDY.by, 'oversight'],
      as: ['owner', 'treating-site'],
    });
    office.fact('POST /v1/studies/:studyId/resumptions', facts.studyResumed, { by: [...STUDY.by, 'oversight'], as: ['owner'] });
    office.fact('POST /v1/studies/:studyId/site-approvals', facts.studySiteApproved, STUDY);
    office.fact('POST /v1/products/:productId/specifications', facts.productSpecified, { by: ['lab.qa'], as: ['owner'] });
    office.fact('POST /v1/staff/:staffId', facts.staffEnrolled, { by: ['site.admin'], as: ['owner'], ownOrganisation: 'org' });
    const TRAINERS = { by: ['site.admin', 'lab.qa', 'hospital.physician'], as: ['owner'] } as const;
    office.fact('POST /v1/staff/:staffId/authorisations', facts.staffAuthorised, TRAINERS);
    office.fact('POST /v1/staff/:staffId/suspensions', facts.staffSuspended, TRAINERS);
    office.fact('POST /v1/keys/:keyId', facts.keyEnrolled, {
      by: ['site.admin'],
      as: 'any',
      fill: { kid: 'keyId' },
      ownOrganisation: 'org',
    });
    office.fact('POST /v1/keys/:keyId/revocation', facts.keyRevoked, { by: ['site.admin'], as: ['owner'] });

    const quality = { by: ['lab.qa', 'hospital.physician', 'site.admin'], closedBy: ['lab.qa', 'hospital.physician'] } as const;
    office.upkeep(
      '/v1/sites/:siteId',
      { ...facts.siteDeviations, corrected: facts.siteCorrected },
      { ...quality, as: ['owner'] },
    );
    office.upkeep(
      '/v1/studies/:studyId',
      { ...facts.studyDeviations, corrected: facts.studyCorrected },
      { ...quality, as: ['owner', 'treating-site'], correctedAs: ['owner'] },
    );
    office.upkeep(
      '/v1/products/:productId',
      { ...facts.productDeviations, corrected: facts.productCorrected },
      { ...quality, as: ['owner'] },
    );
    office.upkeep(
      '/v1/staff/:staffId',
      { ...facts.staffDeviations, corrected: facts.staffCorrected },
      { ...quality, as: ['owner'] },
    );
    office.upkeep('/v1/keys/:keyId', { ...facts.keyDeviations, corrected: facts.keyCorrected }, { ...quality, as: ['owner'] });
  },
);
