import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { instant, Moment } from '../time/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { FailureMode } from './codes.ts';
import { equipmentRules } from './rules.ts';
import { equipment } from './state.ts';

/** When it was noticed is `occurredAt`; from when it is to be doubted is `since`, mostly earlier: that is what a look-back asks for. */
export const failedSince = fact(equipment, 'failed-since', {
  title: { en: 'Equipment unreliable', zh: '设备失效' },
  corrects: ['since', 'mode', 'occurredAt'],
  schema: withPersonal({
    failure: Uuid.describe('Id of the failure, chosen by who reports it'),
    since: Moment.describe('From when on it is not to be relied on'),
    mode: FailureMode,
    description: personal(z.string().max(4000)),
  }),

  decide: ({ failure, since }, state, { occurredAt }) => {
    const known = state.failures.has(failure);
    return record(
      known
        ? broken(equipmentRules.failureAgain, '/failure', { failure, since })
        : broken(equipmentRules.failed, '/since', { code: state.code ?? state.id, since }),
      occurredAt !== null && instant(since) > instant(occurredAt) && broken(equipmentRules.failureAhead, '/since', { since }),
    );
  },

  evolve: (state, { id, data }) => {
    const held = state.failures.get(data.failure);
    state.failures.set(data.failure, {
      id: data.failure,
      event: id,
      since: instant(data.since),
      until: held?.until ?? null,
    });
  },
});
