import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { Decimal } from '../quantity/index.ts';
import { Scope, Sha256, SiteCode } from '../vocabulary/index.ts';
import { Interval, intervalFault } from './processing.ts';
import { batchRules } from './rules.ts';
import { endedFaults, scopeFaults, unitsIn } from './scoped.ts';
import { batch } from './state.ts';
import { isThawedBy } from './thawing.ts';
import { Devices, workingFaults } from './working.ts';

export const unitCryopreserved = fact(batch, 'unit-cryopreserved', {
  title: { en: 'Units cryopreserved', zh: '单元冻存' },
  corrects: [
    'cryoprotectants',
    'rateCurve',
    'device',
    'equipmentIds',
    'program',
    'start',
    'end',
    'operator',
    'verifier',
    'occurredAt',
  ],
  schema: z.strictObject({
    scope: Scope,
    cryoprotectants: z
      .array(z.strictObject({ name: SiteCode, percent: Decimal.optional(), lot: SiteCode.optional() }))
      .max(10)
      .optional()
      .describe('DMSO, albumin, dextran; percent by volume'),
    rateCurve: Sha256.optional().describe('Digest of the freezer’s own record'),
    device: SiteCode.optional(),
    ...Devices,
    program: SiteCode.optional().describe('Cooling programme and version'),
    ...Interval,
    ...Hands,
  }),

  decide: (data, state, context) => {
    const units = unitsIn(state, data.scope);
    return record(
      scopeFaults(state, data.scope),
      endedFaults(units, context.occurredAt),
      units.map((unit) => isThawedBy(unit, context.occurredAt) && broken(batchRules.refrozen, '/scope', { unit: unit.id })),
      intervalFault(data),
      handsFault(batchRules.verifierIsOperator, data, context),
      workingFaults('cryopreservation', data, state, context),
    );
  },

  evolve: (state, { data }) => {
    for (const unit of unitsIn(state, data.scope)) unit.cryopreserved = true;
  },
});
