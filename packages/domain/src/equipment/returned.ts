import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, foldedAt, record } from '../kernel/index.ts';
import { LIST_LIMIT, Sha256, Uuid } from '../vocabulary/index.ts';
import { ReturnGround } from './codes.ts';
import { equipmentRules } from './rules.ts';
import { equipment } from './state.ts';

/** Back to service: named failures, or all of them, end when this happened, and so do standing alarms. */
export const returned = fact(equipment, 'returned', {
  title: { en: 'Equipment returned to service', zh: '设备恢复使用' },
  corrects: ['ground', 'report', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    ground: ReturnGround,
    failures: z.array(Uuid).min(1).max(LIST_LIMIT).optional().describe('Failures that are over; all when left out'),
    report: Sha256.optional().describe('Digest of the report that says so'),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const standing = [...state.failures.values(), ...state.alarms.values()].some(({ until }) => until === null);
    return record(
      data.failures?.map(
        (failure, n) => !state.failures.has(failure) && broken(equipmentRules.failureUnknown, `/failures/${n}`, { failure }),
      ),
      data.failures === undefined && !standing && broken(equipmentRules.nothingStands, '', { code: state.code ?? state.id }),
      handsFault(equipmentRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    // Of an unknown time is known that it was before the entry.
    const at = event.occurredAt === null ? Date.parse(event.recordedAt) : foldedAt(event);
    for (const failure of state.failures.values()) {
      const isMeant = event.data.failures?.includes(failure.id) ?? true;
      if (failure.until === null && failure.since <= at && isMeant) failure.until = at;
    }
    for (const alarm of state.alarms.values()) if (alarm.since <= at) alarm.until ??= at;
  },
});
