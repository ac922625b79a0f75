import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { recall } from '../recall/state.ts';
import { coded, Scope, SiteCode, Uuid } from '../vocabulary/index.ts';
import { RestrictionReason } from './codes.ts';
import { hospitalRules } from './hospital-rules.ts';
import { mayRecall } from './recall-right.ts';
import { unitsIn } from './scoped.ts';
import { batch } from './state.ts';

const POLICY = 'platform.policy';

/** 药品召回管理办法 (2022): first class within 1 day, second within 3, third within 7. */
export const RecallClass = coded({
  I: { zh: '一级召回', en: 'class I: serious harm possible' },
  II: { zh: '二级召回', en: 'class II: temporary or reversible harm possible' },
  III: { zh: '三级召回', en: 'class III: no harm expected' },
});
export type RecallClass = z.infer<typeof RecallClass>;

/**
 * Recorded always, however odd its scope: a recall that was refused would be the worst record to miss. Only what follows from the list of an
 * organisation that has no part in the batch is not marked here; it stands in that recall, with a finding.
 */
export const recalled = fact(batch, 'recalled', {
  title: { en: 'Recalled', zh: '召回' },
  schema: withPersonal({
    scope: Scope,
    class: RecallClass,
    reason: RestrictionReason,
    notice: SiteCode.optional().describe('Number of the recall notice'),
    recall: Uuid.optional().describe('The recall that this is part of'),
    cause: Uuid.optional().describe('Event that caused it, where a policy did'),
    explanation: personal(z.string().max(4000)),
  }),

  decide: ({ scope, recall: named }, state, context) => {
    const infused = unitsIn(state, scope).filter(({ infusion }) => infusion !== null).length;
    const isAsked = context.actor.role === POLICY && named !== undefined;
    const isTheirs = !isAsked || mayRecall(state, context.state(recall, named)?.owner ?? null, context);
    return record(
      !isTheirs && broken(hospitalRules.recallNotTheirs, '/recall', { recall: named ?? '' }),
      scope !== 'whole-batch' &&
        'units' in scope &&
        scope.units.map(
          (unit, n) => !state.units.has(unit) && broken(hospitalRules.recallUnitsUnknown, `/scope/units/${n}`, { unit }),
        ),
      infused > 0 && broken(hospitalRules.recallReaches, '/scope', { count: infused }),
    );
  },

  evolve: (state, { id, data }) => {
    state.recalls.push({ event: id, scope: data.scope, reason: data.reason, cause: data.cause ?? null, lifted: null });
  },
});
