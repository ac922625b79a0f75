import * as z from 'zod';
import { LocalDate } from '../time/index.ts';
import { coded, looksLikePersonalCode, misread, type Parsed, SiteCode, understood } from '../vocabulary/index.ts';
import { Decimal, MAX_SIGNIFICANT_DIGITS } from './decimal.ts';
import { compareRatio, decimalOf, inverse, minus, plus, type Ratio, ratioOf, times } from './ratio.ts';
import { commensurable, parseUnit, type Unit, UnitCode } from './unit.ts';

/** What was counted or measured. */
export const Measurand = coded({
  TNC: { zh: '有核细胞总数', en: 'total nucleated cells' },
  MNC: { zh: '单个核细胞数', en: 'mononuclear cells' },
  total: { zh: '细胞总数', en: 'total cells' },
  viable: { zh: '活细胞数', en: 'viable cells' },
  'CD34+': { zh: 'CD34+ 细胞数', en: 'CD34+ cells' },
  'CD3+': { zh: 'CD3+ 细胞数', en: 'CD3+ cells' },
  'CAR+': { zh: 'CAR+ 细胞数', en: 'CAR+ cells' },
  'CFU-GM': { zh: '粒-巨噬集落形成单位', en: 'CFU-GM' },
  viability: { zh: '细胞活率', en: 'viability' },
  volume: { zh: '体积', en: 'volume' },
  mass: { zh: '质量', en: 'mass' },
  concentration: { zh: '浓度', en: 'concentration' },
  temperature: { zh: '温度', en: 'temperature' },
  duration: { zh: '时长', en: 'duration' },
  count: { zh: '件数', en: 'number of items' },
  other: { zh: '其他', en: 'other' },
});
export type Measurand = z.infer<typeof Measurand>;

export const QuantityBasis = coded({
  measured: { zh: '实测', en: 'measured' },
  calculated: { zh: '计算', en: 'calculated' },
  'label-claim': { zh: '标示量', en: 'label claim' },
});
export type QuantityBasis = z.infer<typeof QuantityBasis>;

/** Below or above what the method can tell (as in FHIR R5 Quantity.comparator): the true value is `<` 0.05. */
export const Comparator = z.enum(['<', '≤', '≥', '>']);
export type Comparator = z.infer<typeof Comparator>;

const shape = {
  value: Decimal,
  unit: UnitCode,
  comparator: Comparator.optional(),
  what: Measurand.optional(),
  basis: QuantityBasis.optional(),
  /** Code and version of the method. */
  method: SiteCode.optional(),
  /** Expanded uncertainty (k = 2), in the same unit. */
  uncertainty: Decimal.refine((text) => !text.startsWith('-'), { error: 'an uncertainty is not negative' }).optional(),
  /** The text that was typed, where it was not the value and unit themselves. */
  asEntered: z
    .string()
    .min(1)
    .max(64)
    .regex(/^\P{C}*$/u, { error: 'printable characters are expected' })
    .refine((text) => looksLikePersonalCode(text) !== 'resident-id', {
      error: 'no resident number belongs here (21 CFR 1271.290)',
    })
    .optional(),
};

/** An amount of material: what stands in a batch, a donation or a unit. It carries no measured value of a person. */
export const MaterialQuantity = z.strictObject(shape);
export type MaterialQuantity = z.infer<typeof MaterialQuantity>;

/** In kilograms. A measured value of a person: an event that carries one marks it personal. */
export const BodyWeight = z.strictObject({
  value: Decimal.regex(/^(?!-).*[1-9]/, { error: 'a body weight is greater than 0 kg' }),
  date: LocalDate,
});
export type BodyWeight = z.infer<typeof BodyWeight>;

/** An amount as reported; for doses per kilogram also the body weight that they were calculated with, and its date. */
export const Quantity = z.strictObject({ ...shape, bodyWeight: BodyWeight.optional() });
export type Quantity = z.infer<typeof Quantity>;

/** What arithmetic needs of a quantity. */
export type Amount = Pick<Quantity, 'value' | 'unit'>;

/**
 * The value in another unit. Exact wherever the result is a finite decimal; otherwise (`exact: false`) rounded half to even at 34 digits. Refused where
 * the two measure different things.
 */
export function convert(
  amount: Amount,
  to: string,
): Parsed<{ readonly value: string; readonly unit: string; readonly exact: boolean }> {
  const pair = paired(amount.unit, to);
  if (!pair.ok) return pair;
  const [from, target] = pair.value;
  const inBase = baseOf(amount.value, from);
  const converted = minus(times(inBase, inverse(target.factor)), target.offset ?? ZERO);
  return understood({ ...decimalOf(converted, MAX_SIGNIFICANT_DIGITS), unit: to });
}

/** Compares by exact fractions, in no unit's rounding. Refused where the two measure different things. */
export function compareQuantities(a: Amount, b: Amount): Parsed<-1 | 0 | 1> {
  const pair = paired(a.unit, b.unit);
  if (!pair.ok) return pair;
  return understood(compareRatio(baseOf(a.value, pair.value[0]), baseOf(b.value, pair.value[1])));
}

/** The sum in the first amount's unit. Temperatures are not added. */
export function addQuantities(a: Amount, b: Amount): Parsed<Amount> {
  const pair = paired(a.unit, b.unit);
  if (!pair.ok) return pair;
  const [first, second] = pair.value;
  if (first.offset ?? second.offset)
    return misread('quantity.scale', 'temperatures are not added', '温度不能相加', { given: a.unit });
  const sum = times(plus(baseOf(a.value, first), baseOf(b.value, second)), inverse(first.factor));
  return understood({ value: decimalOf(sum, MAX_SIGNIFICANT_DIGITS).value, unit: a.unit });
}

/** In base units of the dimension. @throws RangeError when the value is no decimal. */
export function baseOf(value: string, unit: Unit): Ratio {
  return times(plus(ratioOf(value), unit.offset ?? ZERO), unit.factor);
}

/** Both units read, when amounts in them can be compared. */
export function paired(a: string, b: string): Parsed<readonly [Unit, Unit]> {
  const [left, right] = [parseUnit(a), parseUnit(b)];
  if (!left.ok) return left;
  if (!right.ok) return right;
  if (commensurable(left.value, right.value)) return understood([left.value, right.value]);
  return misread('quantity.incommensurable', `${a} and ${b} do not measure the same thing`, `${a} 与 ${b} 不是同一种量`, {
    expected: b,
    given: a,
  });
}

const ZERO = ratioOf('0');
