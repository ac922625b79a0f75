import { materials } from '@cytoledger/domain';
import { type Role, type ServiceBuilder, upkeepOf } from '@cytoledger/service-kit';

const OPERATORS: readonly Role[] = ['lab.operator', 'lab.qa'];
const OWN = { by: OPERATORS, as: ['owner'] } as const;
const QUALITY = { by: ['lab.qa', 'lab.qp'], as: ['owner'] } as const;

/** Lots of what touches the cells: what arrives, what is made of it, and who says that it may be used. */
export function materialRoutes(lab: ServiceBuilder): void {
  lab.fact('POST /v1/materials/:materialId', materials.received, { by: OPERATORS, as: 'any' });
  lab.fact('POST /v1/materials/:materialId/preparation', materials.prepared, { by: OPERATORS, as: 'any' });
  lab.fact('POST /v1/materials/:materialId/samples', materials.sampled, OWN);
  lab.fact('POST /v1/materials/:materialId/release', materials.released, QUALITY);
  lab.fact('POST /v1/materials/:materialId/rejection', materials.rejected, QUALITY);
  lab.fact('POST /v1/materials/:materialId/openings', materials.opened, OWN);
  lab.fact('POST /v1/materials/:materialId/supplier-recalls', materials.recalled, OWN);
  lab.upkeep('/v1/materials/:materialId', upkeepOf(materials), { ...OWN, closedBy: QUALITY.by });
}
