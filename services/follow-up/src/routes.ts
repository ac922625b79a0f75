import { treatments } from '@cytoledger/domain';
import { HOSPITAL, type Service, service, upkeepOf } from '@cytoledger/service-kit';

const OWN = { by: HOSPITAL, as: ['owner', 'treating-site'] } as const;
const PHYSICIAN = { by: ['hospital.physician'], as: ['owner', 'treating-site'] } as const;

export const followUp: Service = service('follow-up', { en: 'Treatments and follow-up', zh: '治疗与随访' }, (clinic) => {
  clinic.fact('POST /v1/treatments/:treatmentId', treatments.planned, {
    by: ['hospital.physician', 'hospital.coordinator'],
    as: 'any',
  });
  clinic.fact('POST /v1/treatments/:treatmentId/consent', treatments.consented, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/urgent-need', treatments.urgentNeedDocumented, PHYSICIAN);
  clinic.fact('POST /v1/treatments/:treatmentId/chain-of-identity', treatments.coiIssued, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/mobilisations', treatments.mobilised, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/conditioning-authorisations', treatments.conditioningAuthorised, PHYSICIAN);
  clinic.fact('POST /v1/treatments/:treatmentId/conditioning', treatments.conditioningStarted, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/rescues', treatments.rescueGiven, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/engraftments', treatments.engrafted, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/notices', treatments.recipientNotified, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/pregnancies', treatments.pregnancyReported, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/visits', treatments.visitScheduled, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/visits/:visit/record', treatments.visitRecorded, {
    ...OWN,
    fill: { visit: 'visit' },
  });
  clinic.fact('POST /v1/treatments/:treatmentId/adverse-events', treatments.adverseEventReported, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/adverse-events/:adverseEvent/updates', treatments.adverseEventUpdated, {
    ...OWN,
    fill: { adverseEvent: 'adverseEvent' },
  });
  clinic.fact('POST /v1/treatments/:treatmentId/outcomes', treatments.outcomeEvaluated, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/closure', treatments.closed, OWN);
  clinic.fact('POST /v1/treatments/:treatmentId/loss', treatments.lostToFollowUp, OWN);
  clinic.upkeep('/v1/treatments/:treatmentId', upkeepOf(treatments), { ...OWN, closedBy: ['hospital.physician'] });
});
