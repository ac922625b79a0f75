import { type Aggregate, recalls } from '@cytoledger/domain';
import { HOSPITAL, LABORATORY, requireRelation, type ServiceBuilder, upkeepOf } from '@cytoledger/service-kit';

const QUALITY = ['lab.qa', 'lab.qp'] as const;

/** A recall from its frozen list to its closing, and how it stands. */
export function recallProcess(office: ServiceBuilder): void {
  const recalling = { by: QUALITY, as: ['owner'] } as const;
  office.fact('POST /v1/recalls/:recallId', recalls.initiated, { by: QUALITY, as: 'any' });
  office.fact('POST /v1/recalls/:recallId/scope', recalls.scopeExtended, recalling);
  office.fact('POST /v1/recalls/:recallId/notices', recalls.noticeSent, recalling);
  office.fact('POST /v1/recalls/:recallId/acknowledgements', recalls.acknowledged, {
    by: [...LABORATORY, ...HOSPITAL],
    as: ['owner', 'custodian'],
  });
  office.fact('POST /v1/recalls/:recallId/escalations', recalls.escalated, recalling);
  office.fact('POST /v1/recalls/:recallId/units', recalls.unitAccounted, recalling);
  office.fact('POST /v1/recalls/:recallId/checks', recalls.effectivenessChecked, {
    by: [...QUALITY, 'oversight'],
    as: ['owner'],
  });
  office.fact('POST /v1/recalls/:recallId/closure', recalls.closed, recalling);
  office.upkeep('/v1/recalls/:recallId', upkeepOf(recalls), {
    by: [...QUALITY, 'hospital.physician', 'hospital.coordinator'],
    as: ['owner', 'custodian'],
    closedBy: QUALITY,
    correctedBy: QUALITY,
    correctedAs: ['owner'],
  });

  office.query('GET /v1/recalls/:recallId', {
    title: { en: 'How a recall stands', zh: '召回进展' },
    description:
      'By site: sent, on hand, used, quarantined, destroyed, unaccounted; notices, deadlines, answers. A site that is called upon sees its own line.',
    permission: { by: [...LABORATORY, ...HOSPITAL, 'oversight'] },
    handle: async ({ commands, caller, params }) => {
      const fold = await commands.read(recalls.recall as Aggregate<never>, params['recallId']!);
      const state = fold.state as recalls.RecallState;
      const relations = fold.head === null ? [] : recalls.recall.relations(state, caller.org);
      requireRelation(fold.head === null ? { ...caller, roles: [] } : caller, relations, 'recall');
      const seesAll = relations.includes('owner') || caller.roles.includes('oversight');
      return { body: progressOf(state, new Date(commands.clock.now()).toISOString(), seesAll ? null : caller.org) };
    },
  });
}

/** @param only the one site that the reader may see; null: all of them, and the figures over all */
function progressOf(state: recalls.RecallState, now: string, only: string | null): unknown {
  const { sites, ...figures } = recalls.recallFigures(state, now);
  const { id, owner, mock, status, class: recallClass, reason, knownAt, frozenAt, closed } = state;
  const head = { recall: id, owner, mock, status, class: recallClass, reason, knownAt, frozenAt, closed };
  if (only !== null) return { ...head, sites: sites.filter(({ site }) => site === only) };
  return { ...head, batches: [...state.batches], sites, figures, checks: state.checks };
}
