import { oversight, spanningDeviations } from '@cytoledger/domain';
import { HOSPITAL, LABORATORY, type Role, type ServiceBuilder, upkeepOf } from '@cytoledger/service-kit';

const QUALITY: readonly Role[] = ['lab.qa', 'lab.qp'];
const ANSWERING: readonly Role[] = [...QUALITY, 'hospital.physician', 'hospital.coordinator', 'qc.analyst'];

/** Queries and inspections: the quality-control centre asks, sites answer. */
export function oversightRoutes(office: ServiceBuilder): void {
  const centre = { by: ['oversight'], as: 'any' } as const;
  const ours = { by: ['oversight'], as: ['owner'] } as const;
  const site = { by: ANSWERING, as: ['custodian'] } as const;
  office.fact('POST /v1/queries/:queryId', oversight.queryRaised, centre);
  office.fact('POST /v1/queries/:queryId/answer', oversight.queryAnswered, site);
  office.fact('POST /v1/queries/:queryId/closure', oversight.queryClosed, ours);
  office.fact('POST /v1/inspections/:inspectionId', oversight.inspectionRecorded, centre);
  office.fact('POST /v1/inspections/:inspectionId/orders', oversight.rectificationOrdered, ours);
  office.fact('POST /v1/inspections/:inspectionId/rectifications', oversight.rectified, site);
  office.fact('POST /v1/inspections/:inspectionId/closure', oversight.inspectionClosed, ours);

  // What the centre asked, found and ordered is its own to correct; a site answers again, and the newest answer counts.
  const upkeep = {
    by: ['oversight', ...ANSWERING],
    as: ['owner', 'custodian'],
    closedBy: ['oversight'],
    correctedBy: ['oversight'],
    correctedAs: ['owner'],
  } as const;
  office.upkeep('/v1/queries/:queryId', { ...oversight.queryDeviations, corrected: oversight.queryCorrected }, upkeep);
  office.upkeep(
    '/v1/inspections/:inspectionId',
    { ...oversight.inspectionDeviations, corrected: oversight.inspectionCorrected },
    upkeep,
  );
}

/** Deviations in which several batches, rooms or devices have a part. */
export function spanningRoutes(office: ServiceBuilder): void {
  const own = { by: [...QUALITY, 'hospital.physician'], as: ['owner'] } as const;
  const { raised, linked, rootCauseFound, oosInvestigated, actionPlanned, actionDone, closed } = spanningDeviations;
  office.fact('POST /v1/deviations/:deviationId', raised, { by: [...LABORATORY, ...HOSPITAL, 'qc.analyst'], as: 'any' });
  office.fact('POST /v1/deviations/:deviationId/links', linked, own);
  office.fact('POST /v1/deviations/:deviationId/root-cause', rootCauseFound, own);
  office.fact('POST /v1/deviations/:deviationId/investigations', oosInvestigated, {
    by: [...own.by, 'qc.analyst'],
    as: ['owner'],
  });
  office.fact('POST /v1/deviations/:deviationId/actions', actionPlanned, own);
  office.fact('POST /v1/deviations/:deviationId/actions/:action/completion', actionDone, {
    by: [...LABORATORY, ...HOSPITAL],
    as: ['owner'],
    fill: { action: 'action' },
  });
  office.fact('POST /v1/deviations/:deviationId/closure', closed, own);
  office.upkeep('/v1/deviations/:deviationId', upkeepOf(spanningDeviations), {
    ...own,
    closedBy: QUALITY,
    correctedBy: QUALITY,
  });
}
