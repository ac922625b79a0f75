import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, type Check, fact, record } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { LIST_LIMIT, Sha256, Uuid } from '../vocabulary/index.ts';
import { ScanBack } from './codes.ts';
import { LabelCode, LabelTemplate } from './label-code.ts';
import { unissuedFault } from './label-stock.ts';
import { batchRules } from './rules.ts';
import { endedFaults } from './scoped.ts';
import { type BatchState, batch } from './state.ts';
import { workingFaults } from './working.ts';

const Label = z.strictObject({
  unit: Uuid,
  label: Uuid.describe('Id of the printed label'),
  contentDigest: Sha256.describe('Of the label as printed; its text is rendered from the vault and stands nowhere in the log'),
  encodedData: LabelCode.optional().describe('What the bar code says'),
  scanBack: ScanBack.optional().describe('Whether the printed code read back as encoded'),
});
type Label = z.output<typeof Label>;

/** One labelling run: all its labels in one entry. */
export const unitLabelled = fact(batch, 'unit-labelled', {
  title: { en: 'Units labelled', zh: '单元贴签' },
  corrects: ['template', 'expiry', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    labels: z.array(Label).min(1).max(LIST_LIMIT),
    template: LabelTemplate,
    expiry: Moment.optional().describe('As printed, for units of which no expiry is known yet'),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const labelled = new Set<string>();
    return record(
      data.labels.map((label, i) => {
        const faults = labelFaults(label, `/labels/${i}`, state, labelled, data.verifier !== undefined);
        labelled.add(label.label);
        return faults;
      }),
      endedFaults(
        data.labels.flatMap(({ unit }) => state.units.get(unit) ?? []),
        context.occurredAt,
        '/labels',
      ),
      !data.labels.every(({ scanBack }) => scanBack === 'match') && handsFault(batchRules.verifierIsOperator, data, context),
      workingFaults('labelling', data, state, context),
    );
  },

  evolve: (state, { data }) => {
    for (const { unit: id, label, encodedData } of data.labels) {
      const unit = state.units.get(id);
      if (!unit) continue;
      if (encodedData !== undefined || unit.labelled !== label) unit.code = encodedData ?? null;
      unit.labelled = label;
      unit.expiry ??= data.expiry ?? null;
      if (!state.labels.has(label)) state.labels.set(label, id);
      state.labelStock.waiting.delete(label);
    }
  },
});

/** A scan-back that agrees stands for a second person's eyes (21 CFR 11.10(f) operational check). */
function labelFaults(label: Label, at: string, state: BatchState, labelled: ReadonlySet<string>, verified: boolean): Check {
  const unit = state.units.get(label.unit);
  if (!unit) return broken(batchRules.unitUnknown, `${at}/unit`, { unit: label.unit });
  const holder = state.labels.get(label.label);
  return [
    ((holder !== undefined && holder !== label.unit) || labelled.has(label.label)) &&
      broken(batchRules.labelReused, `${at}/label`, { label: label.label }),
    unit.labelled !== null &&
      unit.labelled !== label.label &&
      broken(batchRules.labelledTwice, `${at}/unit`, { unit: label.unit, previous: unit.labelled }),
    unissuedFault(label.label, `${at}/label`, state),
    label.scanBack === 'mismatch' && broken(batchRules.scanBackMismatch, `${at}/scanBack`, { unit: label.unit }),
    label.scanBack !== 'match' && !verified && broken(batchRules.labelUnverified, `${at}/scanBack`, { unit: label.unit }),
  ];
}
