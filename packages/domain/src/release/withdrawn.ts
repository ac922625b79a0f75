import { z } from 'zod';
import { batch } from '../batch/state.ts';
import { authorisation, broken, personal, record, withPersonal } from '../kernel/index.ts';
import { coded } from '../vocabulary/index.ts';
import { preparationRules } from './rules.ts';
import { release } from './state.ts';

const WithdrawalReason = coded({
  'record-changed': { zh: '记录已变化', en: 'the record went on' },
  'wrong-scope': { zh: '范围有误', en: 'wrong scope' },
  'new-information': { zh: '有新信息', en: 'new information' },
  'signed-in-error': { zh: '误签', en: 'signed in error' },
  other: { zh: '其他', en: 'other' },
});

/** Takes a prepared release back. It races with the second signature, and the second signature reads it. */
export const withdrawn = authorisation(release, 'withdrawn', {
  title: { en: 'Prepared release withdrawn', zh: '放行准备撤回' },
  schema: withPersonal({ reason: WithdrawalReason, note: personal(z.string().max(4000)) }),

  decide: (_data, state, context) => {
    if (state.status === 'none' || state.batch === null) return record(broken(preparationRules.notPrepared, '//stream'));
    const effective = context.state(batch, state.batch)?.dispositions.some(({ event }) => event === state.id);
    return record(
      state.status === 'withdrawn' && broken(preparationRules.withdrawnBefore, '//stream'),
      effective && broken(preparationRules.effective, '//stream'),
    );
  },

  evolve: (state) => {
    state.status = 'withdrawn';
  },
});
