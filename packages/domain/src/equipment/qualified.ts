import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, foldedAt, record } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { Sha256, SiteCode, titleOf, Uuid } from '../vocabulary/index.ts';
import { EquipmentKind, Outcome, QualificationStage } from './codes.ts';
import { equipmentRules } from './rules.ts';
import { equipment, inOrder } from './state.ts';

/** Says what the device is and that it does what it is meant for. The first entry about a device is mostly this one. */
export const qualified = fact(equipment, 'qualified', {
  title: { en: 'Equipment qualified', zh: '设备确认' },
  opens: 'either',
  corrects: ['kind', 'stage', 'outcome', 'needsCalibration', 'maker', 'model', 'serial', 'room', 'due', 'report', 'occurredAt'],
  schema: z.strictObject({
    code: SiteCode.describe('As it stands on the device and in batch records, e.g. INC-04'),
    kind: EquipmentKind,
    stage: QualificationStage,
    outcome: Outcome,
    needsCalibration: z.boolean().optional().describe('It measures something that is relied on; no when left out'),
    maker: SiteCode.optional(),
    model: SiteCode.optional(),
    serial: SiteCode.optional(),
    room: Uuid.optional().describe('Room that it stands in'),
    due: LocalDate.optional().describe('Last day before it is to be qualified again'),
    report: Sha256.optional().describe('Digest of the qualification report'),
    ...Hands,
  }),

  decide: (data, _state, context) =>
    record(
      data.outcome === 'failed' &&
        broken(equipmentRules.qualificationFailed, '/outcome', {
          stage: titleOf(QualificationStage, data.stage, 'en'),
          zh: titleOf(QualificationStage, data.stage, 'zh'),
          code: data.code,
        }),
      handsFault(equipmentRules.verifierIsOperator, data, context),
    ),

  evolve: (state, event) => {
    const { id, seq, actor, data } = event;
    state.owner ??= actor.org;
    state.code = data.code;
    state.kind = data.kind;
    state.needsCalibration = data.needsCalibration ?? state.needsCalibration;
    inOrder(state.qualifications, { event: id, at: foldedAt(event), seq, passed: data.outcome === 'passed' });
  },
});
