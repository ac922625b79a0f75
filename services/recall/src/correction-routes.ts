import { type Aggregate, corrections } from '@cytoledger/domain';
import { HOSPITAL, LABORATORY, requireRelation, type ServiceBuilder, upkeepOf } from '@cytoledger/service-kit';

const QUALITY = ['lab.qa', 'lab.qp', 'hospital.physician'] as const;

/** Repairs of entries in any records: proposed, approved by another, applied by the platform. */
export function correctionProcess(office: ServiceBuilder): void {
  const concerned = ['owner', 'custodian'] as const;
  office.fact('POST /v1/corrections/:correctionId', corrections.proposed, {
    by: [...LABORATORY, ...HOSPITAL, 'qc.analyst'],
    as: 'any',
  });
  office.fact('POST /v1/corrections/:correctionId/approval', corrections.approved, { by: QUALITY, as: concerned });
  office.fact('POST /v1/corrections/:correctionId/rejection', corrections.rejected, { by: QUALITY, as: concerned });
  office.fact('POST /v1/corrections/:correctionId/impact', corrections.impactAssessed, { by: QUALITY, as: concerned });
  office.upkeep('/v1/corrections/:correctionId', upkeepOf(corrections), {
    by: [...LABORATORY, ...HOSPITAL],
    as: concerned,
    closedBy: QUALITY,
    correctedBy: QUALITY,
    correctedAs: ['owner'],
  });

  office.query('GET /v1/corrections/:correctionId', {
    title: { en: 'How a correction stands', zh: '更正进展' },
    description:
      'What is proposed, by whom it was approved, and of each entry whether it was changed; `refusedBy` names the rules where it was not.',
    permission: { by: [...LABORATORY, ...HOSPITAL, 'qc.analyst', 'oversight'] },
    handle: async ({ commands, caller, params }) => {
      const fold = await commands.read(corrections.correction as Aggregate<never>, params['correctionId']!);
      const state = fold.state as corrections.CorrectionState;
      const relations = fold.head === null ? [] : corrections.correction.relations(state, caller.org);
      requireRelation(fold.head === null ? { ...caller, roles: [] } : caller, relations, 'correction');
      const { id, status, owner, proposer, approvers, reason, approved, targets, settled, impact } = state;
      return { body: { correction: id, status, owner, proposer, approvers, reason, approved, targets, settled, impact } };
    },
  });
}
