import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, foldedAt, record } from '../kernel/index.ts';
import { instant, Moment } from '../time/index.ts';
import { SiteCode, Uuid } from '../vocabulary/index.ts';
import { ClearanceCheck, ClearanceOutcome } from './codes.ts';
import { roomRules } from './rules.ts';
import { KEPT, room } from './state.ts';

/** 清场: nothing of what was made before is left. It holds until other material is open there, or until it runs out. */
export const lineCleared = fact(room, 'line-cleared', {
  title: { en: 'Line cleared', zh: '清场' },
  opens: 'either',
  corrects: ['outcome', 'checks', 'after', 'validUntil', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    cabinet: SiteCode.optional().describe('The whole room when left out'),
    outcome: ClearanceOutcome,
    checks: z.array(ClearanceCheck).max(20).optional().describe('What was looked at and found in order'),
    after: Uuid.optional().describe('Batch that was worked on before'),
    validUntil: Moment.optional().describe('When it has to be done again though nothing was opened'),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const place = data.cabinet ?? state.code ?? state.id;
    const open = [...state.sessions.values()].filter(
      ({ closedAt, cabinet }) => closedAt === null && (data.cabinet === undefined || cabinet === data.cabinet),
    );
    return record(
      data.outcome === 'failed' && broken(roomRules.clearanceFailed, '/outcome', { place }),
      data.verifier === undefined &&
        broken(roomRules.clearanceUnverified, '/verifier', { operator: data.operator ?? context.actor.person ?? '–' }),
      open.map(({ id, cabinet }) => broken(roomRules.clearedWhileOpen, '', { session: id, cabinet })),
      handsFault(roomRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    const { id, seq, actor, data } = event;
    state.owner ??= actor.org;
    state.clearances.push({
      event: id,
      at: foldedAt(event),
      seq,
      cabinet: data.cabinet ?? null,
      passed: data.outcome === 'passed',
      validUntil: data.validUntil === undefined ? null : instant(data.validUntil),
    });
    state.clearances.sort((a, b) => (a.at === b.at ? a.seq - b.seq : a.at - b.at));
    if (state.clearances.length > KEPT) state.clearances.shift();
  },
});
