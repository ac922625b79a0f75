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
    office.fact('POST /v1/products/:productId/specifications', facts.productSpecified, { by: ['lab.qa'], as: 'any' });
    office.fact('POST /v1/staff/:staffId', facts.staffEnrolled, { by: ['site.admin'], as: 'any' });
    office.fact('POST /v1/keys/:keyId', facts.keyEnrolled, { by: ['site.admin'], as: 'any', fill: { kid: 'keyId' } });
    office.fact('POST /v1/keys/:keyId/revocation', facts.keyRevoked, { by: ['site.admin'], as: ['owner'] });
  },
);
