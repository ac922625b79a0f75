import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, type Check, fact, record } from '../kernel/index.ts';
import { coded, LIST_LIMIT, Pseudonym, Sha256, Uuid } from '../vocabulary/index.ts';
import { ScanBack } from './codes.ts';
import { LabelCode, LabelTemplate } from './label-code.ts';
import { labelRules } from './label-rules.ts';
import { unissuedFault } from './label-stock.ts';
import { batchRules } from './rules.ts';
import { endedFaults, isBefore } from './scoped.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

export const RelabellingReason = coded({
  damaged: { zh: '标签损坏', en: 'label damaged' },
  unreadable: { zh: '无法识读', en: 'unreadable' },
  misprinted: { zh: '打印错误', en: 'misprinted' },
  'wrong-label': { zh: '贴错标签', en: 'wrong label applied' },
  'content-changed': { zh: '标签内容变更', en: 'content of the label changed' },
  other: { zh: '其他', en: 'other' },
});

const OldLabelFate = coded({
  destroyed: { zh: '已销毁', en: 'destroyed' },
  'cancelled-on-record': { zh: '作废并附于批记录', en: 'cancelled and kept on the batch record' },
  'under-new-label': { zh: '覆盖于新标签之下', en: 'covered by the new label' },
  'not-found': { zh: '未找到', en: 'not found' },
});

/** Of these, nobody can scan the old label again. */
const GONE: readonly z.infer<typeof OldLabelFate>[] = ['destroyed', 'cancelled-on-record'];

const Relabelling = z.strictObject({
  unit: Uuid,
  old: Uuid.describe('Id of the label that was taken off'),
  oldEncodedData: LabelCode.optional().describe('What its bar code said, where the labelling did not record it'),
  label: Uuid.describe('Id of the new label'),
  contentDigest: Sha256.describe('Of the new label as printed'),
  encodedData: LabelCode.optional().describe('What the new bar code says'),
  scanBack: ScanBack.optional().describe('Whether the new code read back as encoded'),
});
type Relabelling = z.output<typeof Relabelling>;

/** The old label is void from here on: the gate refuses it at the bedside, and a search finds the unit by both. */
export const unitRelabelled = fact(batch, 'unit-relabelled', {
  title: { en: 'Units relabelled', zh: '单元更换标签' },
  corrects: ['template', 'reason', 'oldLabels', 'witness', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    labels: z.array(Relabelling).min(1).max(LIST_LIMIT),
    reason: RelabellingReason,
    oldLabels: OldLabelFate.describe('What became of the labels that were taken off'),
    witness: Pseudonym.optional().describe('Staff pseudonym of who saw it'),
    template: LabelTemplate,
    ...Hands,
  }),

  decide: (data, state, context) => {
    const { operator = context.actor.person, witness } = data;
    const named = new Set<string>();
    return record(
      data.labels.map((each, i) => {
        const isRepeated = named.has(each.label);
        named.add(each.label);
        return relabelFaults(each, `/labels/${i}`, state, isRepeated);
      }),
      data.labels.map(
        ({ unit, scanBack }, i) =>
          scanBack !== 'match' &&
          data.verifier === undefined &&
          witness === undefined &&
          broken(batchRules.labelUnverified, `/labels/${i}/scanBack`, { unit }),
      ),
      !GONE.includes(data.oldLabels) && broken(labelRules.oldNotDestroyed, '/oldLabels', { count: data.labels.length }),
      data.labels.map(({ unit }, i) => endFaults(state.units.get(unit), `/labels/${i}/unit`, context.occurredAt)),
      witness === undefined && broken(labelRules.witnessMissing, '/witness'),
      witness !== undefined && witness === operator && broken(labelRules.witnessIsOperator, '/witness'),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    for (const each of event.data.labels) {
      const unit = state.units.get(each.unit);
      if (!unit || unit.labelled === each.label) continue;
      retire(unit, each, state.labels.get(each.old), event.id);
      unit.labelled = each.label;
      unit.code = each.encodedData ?? null;
      if (!state.labels.has(each.label)) state.labels.set(each.label, each.unit);
      state.labelStock.waiting.delete(each.label);
    }
  },
});

/** Void is what was on the unit, by the record and by what the relabelling says; never the label of another unit. */
function retire(unit: Unit, { old, oldEncodedData }: Relabelling, owner: string | undefined, replacedBy: string): void {
  const { labelled: carried, code = null, oldLabels = [] } = unit;
  const isCarried = carried === old;
  const isOwn = isCarried || owner === undefined || owner === unit.id;
  unit.oldLabels = [
    ...oldLabels,
    ...(carried === null || isCarried ? [] : [{ label: carried, code, replacedBy }]),
    ...(isOwn ? [{ label: old, code: oldEncodedData ?? (isCarried ? code : null), replacedBy }] : []),
  ];
}

function relabelFaults(each: Relabelling, at: string, state: BatchState, isRepeated: boolean): Check {
  const unit = state.units.get(each.unit);
  if (!unit) return broken(batchRules.unitUnknown, `${at}/unit`, { unit: each.unit });
  const holder = state.labels.get(each.label);
  const isNew = holder === undefined && !isRepeated;
  return [
    !isNew && unit.labelled !== each.label && broken(batchRules.labelReused, `${at}/label`, { label: each.label }),
    isNew && unissuedFault(each.label, `${at}/label`, state),
    oldFault(each, unit, at, state),
    each.scanBack === 'mismatch' && broken(batchRules.scanBackMismatch, `${at}/scanBack`, { unit: each.unit }),
  ];
}

function oldFault({ old }: Relabelling, unit: Unit, at: string, state: BatchState): Check {
  if (unit.labelled === old) return undefined;
  const owner = state.labels.get(old);
  const other = owner === undefined || owner === unit.id ? undefined : state.units.get(owner);
  return other
    ? broken(labelRules.oldOfOther, `${at}/old`, { unit: nameOf(unit), old, other: nameOf(other) })
    : broken(labelRules.oldDiffers, `${at}/old`, { unit: nameOf(unit), old, carried: unit.labelled ?? '–' });
}

function endFaults(unit: Unit | undefined, at: string, occurredAt: string | null): Check {
  if (!unit) return undefined;
  if (unit.end !== 'infused') return endedFaults([unit], occurredAt, at);
  const infusedAt = unit.infusion?.occurredAt ?? null;
  return (
    !isBefore(occurredAt, infusedAt) &&
    broken(labelRules.relabelledAfterInfusion, at, { unit: nameOf(unit), occurredAt: infusedAt ?? '?' })
  );
}
