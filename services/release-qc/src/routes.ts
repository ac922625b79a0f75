import { batches, releases } from '@cytoledger/domain';
import { LABORATORY, type Service, service, upkeepOf } from '@cytoledger/service-kit';
import { releaseGate } from './release-gate.ts';
import { sampleRoutes } from './samples.ts';
import { preparedRelease, secondSignature } from './second-signature.ts';

const SIGNERS = { by: ['lab.qa', 'lab.qp'], as: ['owner'] } as const;
const QA = { by: ['lab.qa', 'lab.qp'], as: ['owner'] } as const;

export const releaseQc: Service = service('release-qc', { en: 'Tests, deviations and release', zh: '检验、偏差与放行' }, (qc) => {
  qc.fact('POST /v1/batches/:batchId/tests', batches.testRecorded, {
    by: ['qc.analyst', 'lab.operator', 'lab.qa'],
    as: ['owner', 'testing-laboratory'],
  });
  sampleRoutes(qc);
  qc.upkeep('/v1/batches/:batchId', upkeepOf(batches), {
    by: [...LABORATORY, 'qc.analyst', 'hospital.nurse', 'hospital.physician'],
    as: ['owner', 'testing-laboratory', 'custodian', 'treating-site'],
    closedBy: ['lab.qa', 'lab.qp'],
    correctedBy: LABORATORY,
    correctedAs: ['owner'],
  });
  qc.upkeep('/v1/releases/:releaseId', upkeepOf(releases), { ...QA, closedBy: QA.by });
  qc.fact('POST /v1/batches/:batchId/quarantines', batches.quarantined, { by: LABORATORY, as: ['owner'] });
  qc.fact('POST /v1/batches/:batchId/quarantines/:restriction/lifting', batches.quarantineLifted, {
    ...QA,
    fill: { restriction: 'restriction' },
  });
  qc.fact('POST /v1/batches/:batchId/holds', batches.held, { by: LABORATORY, as: ['owner'] });
  qc.fact('POST /v1/batches/:batchId/holds/:restriction/lifting', batches.holdLifted, {
    ...QA,
    fill: { restriction: 'restriction' },
  });
  qc.fact('POST /v1/batches/:batchId/releases', batches.released, SIGNERS);
  qc.fact('POST /v1/batches/:batchId/conditional-releases', batches.conditionallyReleased, SIGNERS);
  qc.fact('POST /v1/batches/:batchId/conditional-releases/:release/closure', batches.conditionalReleaseClosed, {
    ...SIGNERS,
    fill: { release: 'release' },
  });
  qc.fact('POST /v1/batches/:batchId/exceptional-releases', batches.exceptionallyReleased, SIGNERS);
  qc.fact('POST /v1/batches/:batchId/specification-bindings', batches.specificationRebound, QA);
  qc.fact('POST /v1/batches/:batchId/late-results', batches.lateResultNotified, QA);
  qc.fact('POST /v1/batches/:batchId/late-results/:notice/acknowledgement', batches.lateResultAcknowledged, {
    by: [...QA.by, 'hospital.physician'],
    as: ['owner', 'treating-site'],
    fill: { notice: 'notice' },
  });
  qc.fact('POST /v1/batches/:batchId/rejections', batches.rejected, SIGNERS);
  qc.fact('POST /v1/releases/:releaseId/withdrawal', releases.withdrawn, SIGNERS);
  qc.query('GET /v1/releases/:releaseId', preparedRelease);
  qc.query('POST /v1/releases/:releaseId/signatures', secondSignature);
  qc.query('GET /v1/batches/:batchId/gate', releaseGate);
});
