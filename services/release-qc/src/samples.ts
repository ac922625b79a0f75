import { samples } from '@cytoledger/domain';
import { LABORATORY, type Role, type ServiceBuilder, upkeepOf } from '@cytoledger/service-kit';

const TAKERS: readonly Role[] = [...LABORATORY, 'qc.analyst', 'hospital.nurse', 'hospital.coordinator'];
const TAKEN = { by: TAKERS, as: ['owner'] } as const;
const ANALYSTS: readonly Role[] = ['qc.analyst', 'lab.operator', 'lab.qa'];
/** By whom it was sent to; a laboratory that tests its own samples is their owner. */
const TESTED = { by: ANALYSTS, as: ['testing-laboratory', 'owner'] } as const;
const HELD = { by: TAKERS, as: ['testing-laboratory', 'owner'] } as const;

/** Samples, from the tube to the report and the shelf. */
export function sampleRoutes(qc: ServiceBuilder): void {
  qc.fact('POST /v1/samples/:sampleId', samples.taken, { by: TAKERS, as: 'any' });
  qc.fact('POST /v1/samples/:sampleId/dispatch', samples.dispatched, TAKEN);
  qc.fact('POST /v1/samples/:sampleId/receipt', samples.received, TESTED);
  qc.fact('POST /v1/samples/:sampleId/rejection', samples.rejected, TESTED);
  qc.fact('POST /v1/samples/:sampleId/reports', samples.reportIssued, TESTED);
  qc.fact('POST /v1/samples/:sampleId/reports/:report/revision', samples.reportRevised, {
    ...TESTED,
    fill: { supersedes: 'report' },
  });
  qc.fact('POST /v1/samples/:sampleId/reports/:report/withdrawal', samples.reportWithdrawn, {
    ...TESTED,
    fill: { report: 'report' },
  });
  qc.fact('POST /v1/samples/:sampleId/retention', samples.retained, HELD);
  qc.fact('POST /v1/samples/:sampleId/consumption', samples.consumed, HELD);
  qc.fact('POST /v1/samples/:sampleId/destruction', samples.destroyed, HELD);
  qc.upkeep('/v1/samples/:sampleId', upkeepOf(samples), { ...HELD, closedBy: ['lab.qa', 'lab.qp', 'qc.analyst'] });
}
