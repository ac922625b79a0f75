import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, foldedAt, record } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { roomRules } from './rules.ts';
import { room } from './state.ts';

export const sessionClosed = fact(room, 'session-closed', {
  title: { en: 'Session closed', zh: '操作场次结束' },
  corrects: ['operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({ session: Uuid, ...Hands }),

  decide: (data, state, context) => {
    const session = state.sessions.get(data.session);
    return record(
      !session && broken(roomRules.sessionUnknown, '/session', { session: data.session }),
      session?.closedAt != null && broken(roomRules.sessionClosedBefore, '/session', { session: data.session }),
      handsFault(roomRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    const session = state.sessions.get(event.data.session);
    if (session) session.closedAt ??= foldedAt(event);
  },
});
