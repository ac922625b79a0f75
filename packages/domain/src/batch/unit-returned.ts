import { z } from 'zod';
import { broken, type Check, derive, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { coded, LIST_LIMIT, OrganisationId, Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { returnRules } from './damage-rules.ts';
import { asOf } from './gate-moment.ts';
import { hospitalRules } from './hospital-rules.ts';
import { quarantined } from './quarantined.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { unknownUnits } from './unit-lists.ts';
import { nameOf } from './unit-name.ts';
import { arrive, TemperatureSummary, UnitReceipt } from './unit-received.ts';
import { restrictionFaults } from './unit-restrictions.ts';
import { END_ZH } from './wording.ts';

export const ReturnReason = coded({
  'not-needed': { zh: '不再需要', en: 'no longer needed' },
  'treatment-cancelled': { zh: '治疗取消', en: 'treatment cancelled' },
  'patient-unfit': { zh: '患者情况不宜', en: 'patient not fit for it' },
  'wrong-unit': { zh: '发错单元', en: 'wrong unit was sent' },
  rejected: { zh: '拒收', en: 'rejected at receipt' },
  recalled: { zh: '召回', en: 'recalled' },
  damaged: { zh: '破损', en: 'damaged' },
  expired: { zh: '过效期', en: 'expired' },
  'storage-elsewhere': { zh: '代存结束', en: 'end of storage elsewhere' },
  other: { zh: '其他', en: 'other' },
});

/** Whoever sent it back saw what the receiver may not see. */
const FAULTY: readonly z.infer<typeof ReturnReason>[] = ['rejected', 'recalled', 'damaged', 'expired'];

const Returned = withPersonal({
  from: OrganisationId.describe('Who had the units and sent them back'),
  to: OrganisationId.describe('Laboratory or bank that answers for them from now on'),
  reason: ReturnReason,
  shipment: Uuid.optional(),
  units: z.array(UnitReceipt).min(1).max(LIST_LIMIT),
  temperature: TemperatureSummary.optional().describe('Of the way back'),
  restock: z
    .strictObject({ procedure: SiteCode.describe('SOP and version that allows it') })
    .optional()
    .describe('Accepted units go back to stock without an assessment. Left out: all are quarantined'),
  receivedBy: Pseudonym.optional().describe('Staff pseudonym'),
  remarks: personal(z.string().max(2000)),
});
type Returned = z.output<typeof Returned>;

/**
 * Back from a hospital to the laboratory or bank. Quarantined by this entry until quality assurance has assessed it, unless a procedure lets an
 * untouched unit go back; in no case silently. An authorisation that was not used is void.
 */
export const unitReturned = fact(batch, 'unit-returned', {
  title: { en: 'Units returned', zh: '单元退回' },
  corrects: ['reason', 'temperature', 'receivedBy', 'occurredAt'],
  schema: Returned,

  decide: (data, state, context) => {
    const units = data.units.flatMap(({ unit }) => state.units.get(unit) ?? []);
    const held = data.units
      .filter((receipt) => whyNotRestocked(receipt, data, state) !== null || !data.restock)
      .flatMap(({ unit: id }) => (state.units.get(id)?.end === null ? [id] : []));
    const moment = asOf(context.occurredAt, context);
    return {
      ...record(
        unknownUnits(
          state,
          data.units.map(({ unit }) => unit),
          '/units',
        ),
        data.units.map((receipt, n) => unitFaults(data, receipt, state, `/units/${n}`)),
        units.map((unit) => restrictionFaults(hospitalRules.receivedRestricted, state, unit, moment, '/units')),
        data.restock && !data.temperature && broken(returnRules.temperatureMissing, '/temperature'),
      ),
      also:
        held.length === 0
          ? []
          : [derive(quarantined, state.id, { scope: { units: [...new Set(held)] }, reason: 'returned', cause: context.id })],
    };
  },

  evolve: (state, event) => {
    for (const { unit: id, condition } of event.data.units) {
      const unit = state.units.get(id);
      if (!unit) continue;
      arrive(state, unit, event, condition);
      unit.returned = event.id;
      if (unit.authorisation && !unit.authorisation.used) unit.authorisation = null;
    }
  },
});

type Receipt = Returned['units'][number];

function unitFaults(data: Returned, receipt: Receipt, state: BatchState, at: string): Check {
  const unit = state.units.get(receipt.unit);
  if (!unit) return undefined;
  const unitName = nameOf(unit);
  const { custodian, end, inTransit } = unit;
  const why = data.restock && whyNotRestocked(receipt, data, state);
  return [
    end !== null && broken(returnRules.ended, at, { unit: unitName, end, zh: END_ZH[end] }),
    // On the way it is the carrier who answers for it.
    !inTransit &&
      custodian !== null &&
      custodian !== data.from &&
      custodian !== data.to &&
      broken(returnRules.fromOther, at, { unit: unitName, from: data.from, custodian }),
    receipt.condition !== 'accepted' &&
      !receipt.found?.length &&
      broken(returnRules.unexplained, at, { unit: unitName, condition: receipt.condition }),
    data.restock &&
      why &&
      broken(returnRules.notRestocked, at, { unit: unitName, procedure: data.restock.procedure, why: why.en, zh: why.zh }),
  ];
}

/** What no procedure can make good without somebody looking at it. */
function whyNotRestocked(
  { unit: id, condition, found }: Receipt,
  { reason }: Pick<Returned, 'reason'>,
  state: BatchState,
): { en: string; zh: string } | null {
  const unit: Unit | undefined = state.units.get(id);
  if (!unit) return null;
  if (FAULTY.includes(reason)) return { en: 'it was sent back because something was wrong with it', zh: '因质量问题退回' };
  if (condition !== 'accepted' || found?.length) return { en: 'its condition was not accepted', zh: '状态未获接受' };
  if (unit.thawed) return { en: 'it was thawed', zh: '已复苏' };
  if (unit.reconstituted) return { en: 'it was reconstituted', zh: '已配制' };
  return null;
}
