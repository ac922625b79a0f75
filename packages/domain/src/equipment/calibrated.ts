import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, foldedAt, record } from '../kernel/index.ts';
import { Decimal, UnitCode } from '../quantity/index.ts';
import { LocalDate, localDateOf } from '../time/index.ts';
import { Sha256, SiteCode } from '../vocabulary/index.ts';
import { Tolerance } from './codes.ts';
import { calibrationAt } from './fitness.ts';
import { equipmentRules } from './rules.ts';
import { equipment, inOrder } from './state.ts';

const MAX_POINTS = 50;

const Point = z.strictObject({
  what: SiteCode.describe('What is measured there, e.g. temperature at shelf 2'),
  unit: UnitCode,
  reference: Decimal.describe('By the standard'),
  found: Decimal.optional().describe('Shown before adjustment'),
  left: Decimal.optional().describe('Shown after adjustment'),
});

/** As found and as left: the first says what the past is worth, the second what the future is. */
export const calibrated = fact(equipment, 'calibrated', {
  title: { en: 'Equipment calibrated', zh: '设备校准' },
  opens: 'either',
  corrects: ['asFound', 'asLeft', 'due', 'points', 'standard', 'laboratory', 'certificate', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    asFound: Tolerance,
    asLeft: Tolerance,
    due: LocalDate.describe('Last day on which this calibration counts'),
    points: z.array(Point).max(MAX_POINTS).optional(),
    standard: SiteCode.optional().describe('Reference standard and its number'),
    laboratory: SiteCode.optional().describe('Who calibrated, where it was not the own organisation'),
    certificate: Sha256.optional(),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const at = context.occurredAt === null ? Number.POSITIVE_INFINITY : Date.parse(context.occurredAt);
    const previous = calibrationAt(state, at);
    const done = context.occurredAt === null ? null : localDateOf(context.occurredAt);
    const code = state.code ?? state.id;
    return record(
      data.asFound === 'outside' &&
        broken(equipmentRules.foundOutside, '/asFound', {
          code,
          since: previous && Number.isFinite(previous.at) ? new Date(previous.at).toISOString() : '–',
        }),
      data.asLeft === 'outside' && broken(equipmentRules.leftOutside, '/asLeft', { code }),
      previous &&
        done !== null &&
        previous.due < done &&
        broken(equipmentRules.calibratedLate, '', { code, due: previous.due, done }),
      done !== null && data.due < done && broken(equipmentRules.dueReversed, '/due', { due: data.due }),
      handsFault(equipmentRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    const { id, seq, actor, data } = event;
    state.owner ??= actor.org;
    state.needsCalibration = true;
    inOrder(state.calibrations, { event: id, at: foldedAt(event), seq, fit: data.asLeft !== 'outside', due: data.due });
  },
});
