import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { localDateOf, Moment } from '../time/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { useFaults } from './fitness.ts';
import { materialRules } from './rules.ts';
import { material } from './state.ts';

/** A container of the lot is opened: from here on its in-use expiry counts. */
export const opened = fact(material, 'opened', {
  title: { en: 'Container opened', zh: '物料启用' },
  corrects: ['container', 'inUseExpiry', 'room', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    container: SiteCode.optional().describe('Bottle or bag, as it is marked'),
    inUseExpiry: Moment.optional().describe('To be used up by then'),
    room: SiteCode.optional(),
    ...Hands,
  }),

  decide: (data, state, context) =>
    record(
      useFaults({ id: state.id, state, at: '' }, context),
      data.inUseExpiry !== undefined &&
        state.expiry !== null &&
        localDateOf(data.inUseExpiry) > state.expiry &&
        broken(materialRules.openedPastExpiry, '/inUseExpiry', { inUse: data.inUseExpiry, expiry: state.expiry }),
      handsFault(materialRules.verifierIsOperator, data, context),
    ),

  evolve: (state, { id, data }) => {
    state.opened.push({ event: id, container: data.container ?? null, inUseExpiry: data.inUseExpiry ?? null });
  },
});
