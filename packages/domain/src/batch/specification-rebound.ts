import { z } from 'zod';
import { authorisation, broken, type Check, personal, record, withPersonal } from '../kernel/index.ts';
import { product } from '../registry/index.ts';
import { coded, SiteCode } from '../vocabulary/index.ts';
import { opposite } from './opening-checks.ts';
import { abandonedFault } from './processing.ts';
import { rebindingRules } from './rebinding-rules.ts';
import { isSignedByQuality, LIFTING_ROLES } from './restricting.ts';
import { type BatchState, batch } from './state.ts';

const MEANING = 'specification-rebinding';

const RebindingReason = coded({
  'specification-revised': { zh: '质量标准修订', en: 'the specification was revised' },
  'wrong-version': { zh: '开立时版本有误', en: 'the batch was opened with the wrong version' },
  'regulatory-request': { zh: '监管要求', en: 'at the request of an authority' },
  'legacy-import': { zh: '历史批次补充', en: 'for an imported batch' },
  other: { zh: '其他', en: 'other' },
});

/** A release judges by the new version from then on. What was released before stays as it was. */
export const specificationRebound = authorisation(batch, 'specification-rebound', {
  title: { en: 'Specification version changed', zh: '质量标准版本变更' },
  signatures: { meaning: MEANING, count: 1 },
  schema: withPersonal({
    specification: z.int().min(1).describe('Version of the same product’s specification'),
    reason: RebindingReason,
    change: SiteCode.optional().describe('Number of the change request'),
    note: personal(z.string().max(4000)),
  }),

  decide: ({ specification: to }, state, context) => {
    const bound = state.product;
    const version = bound ? context.state(product, bound.id)?.specifications.get(to) : undefined;
    const from = bound?.specification ?? 0;
    return record(
      abandonedFault(state),
      !version && broken(rebindingRules.versionUnknown, '/specification', { version: to, product: bound?.id ?? '?' }),
      from === to && broken(rebindingRules.sameVersion, '/specification', { version: to }),
      version && opposite(version.autologous, state.autologous, '/specification'),
      !isSignedByQuality(state, context, MEANING) &&
        broken(rebindingRules.unsigned, '//signatures', { roles: LIFTING_ROLES.join(' / ') }),
      from !== to && isReleased(state) && broken(rebindingRules.afterRelease, '/specification', { from, to }),
      from !== to && failureFaults(state, from, to),
    );
  },

  evolve: (state, { data }) => {
    if (!state.product || state.product.specification === data.specification) return;
    if (isReleased(state)) state.releasedUnder.add(state.product.specification);
    state.product = { id: state.product.id, specification: data.specification };
    for (const id of state.tests.keys()) state.earlierResults.add(id);
  },
});

function isReleased({ dispositions }: BatchState): boolean {
  return dispositions.some(({ kind }) => kind !== 'rejected');
}

/** A specification is not changed until a failed batch passes it: where it is, that is said. */
function failureFaults(state: BatchState, from: number, to: number): Check {
  const failed = new Set([...state.tests.values()].flatMap(({ verdict, test }) => (verdict === 'fail' ? [test] : [])));
  return [...failed].map((test) => broken(rebindingRules.afterFailure, '/specification', { test, from, to }));
}
