import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { fact, latest, record } from '../kernel/index.ts';
import { coded, Scope } from '../vocabulary/index.ts';
import { batchRules } from './rules.ts';
import { endedFaults, scopeFaults, unitsIn } from './scoped.ts';
import { batch, type Place } from './state.ts';

const RetrievalPurpose = coded({
  shipment: { zh: '发运', en: 'shipment' },
  infusion: { zh: '输注', en: 'infusion' },
  'further-processing': { zh: '后续制备', en: 'further processing' },
  testing: { zh: '检验', en: 'testing' },
  inventory: { zh: '盘点', en: 'stock-taking' },
  disposal: { zh: '销毁', en: 'disposal' },
  other: { zh: '其他', en: 'other' },
});

/** Taken out of storage. */
export const unitRetrieved = fact(batch, 'unit-retrieved', {
  title: { en: 'Units retrieved', zh: '单元出库' },
  corrects: ['purpose', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({ scope: Scope, purpose: RetrievalPurpose.optional(), ...Hands }),

  decide: (data, state, context) =>
    record(
      scopeFaults(state, data.scope),
      endedFaults(unitsIn(state, data.scope), context.occurredAt),
      handsFault(batchRules.verifierIsOperator, data, context),
    ),

  evolve: (state, event) => {
    for (const unit of unitsIn(state, event.data.scope)) {
      unit.place = latest<Place>(unit.place, event, { site: unit.place?.value.site ?? event.actor.org });
      if (unit.place.event === event.id) unit.retrieved = true;
    }
  },
});
