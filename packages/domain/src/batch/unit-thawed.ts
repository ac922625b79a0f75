import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { Scope, SiteCode } from '../vocabulary/index.ts';
import { BagIntegrity } from './codes.ts';
import { Interval, intervalFault } from './processing.ts';
import { batchRules } from './rules.ts';
import { endedFaults, scopeFaults, unitsIn } from './scoped.ts';
import { batch } from './state.ts';
import { firstThaw } from './thawing.ts';
import { Devices, workingFaults } from './working.ts';

export const unitThawed = fact(batch, 'unit-thawed', {
  title: { en: 'Units thawed', zh: '单元复苏' },
  corrects: ['device', 'equipmentIds', 'start', 'end', 'bagIntegrity', 'expiry', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    scope: Scope,
    device: SiteCode.optional(),
    ...Devices,
    ...Interval,
    bagIntegrity: BagIntegrity.optional(),
    expiry: Moment.optional().describe('Usable until, after thawing'),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const units = unitsIn(state, data.scope);
    const integrity = data.bagIntegrity;
    return record(
      scopeFaults(state, data.scope),
      endedFaults(units, context.occurredAt),
      units.map((unit) => [
        unit.thawed && broken(batchRules.thawedTwice, '/scope', { unit: unit.id }),
        !unit.cryopreserved && broken(batchRules.thawedUnfrozen, '/scope', { unit: unit.id }),
        integrity !== undefined &&
          integrity !== 'intact' &&
          broken(batchRules.bagNotIntact, '/bagIntegrity', { unit: unit.id, integrity }),
      ]),
      intervalFault(data),
      handsFault(batchRules.verifierIsOperator, data, context),
      workingFaults('thawing', data, state, context),
    );
  },

  evolve: (state, event) => {
    const { data } = event;
    const occurredAt = data.end ?? event.occurredAt;
    for (const unit of unitsIn(state, data.scope)) {
      unit.thawed = firstThaw(unit.thawed, { event: event.id, occurredAt, expiry: data.expiry ?? null });
    }
  },
});
