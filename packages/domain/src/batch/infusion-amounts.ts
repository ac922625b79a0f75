import {
  type Amount,
  compareDecimal,
  convert,
  type MaterialQuantity,
  multiplyDecimal,
  subtractDecimal,
} from '../quantity/index.ts';
import { courseOf } from './infusion-course.ts';
import type { InfusionStep, Unit } from './state.ts';

/** What a recipient got of a unit, and what is left of it. */
export type Administered = {
  /** Percent of the content; null where it is not known. */
  readonly fraction: string | null;
  /** Cells that were given: the unit's by the fraction. */
  readonly dose: MaterialQuantity | null;
  readonly volume: MaterialQuantity | null;
  /** As reported, otherwise what the volume leaves. */
  readonly remainder: MaterialQuantity | null;
};

/** So far may a volume read from a syringe or a pump be from a stated fraction, in percentage points. */
const READING_TOLERANCE = 5;
/** So far may the dose that the treatment records be from what the fraction gives, in percent of it. */
const DOSE_TOLERANCE = 10;

const ALL = '100';

/** Of a unit, what its content is reckoned with. */
export type Content = Pick<Unit, 'cells' | 'volume' | 'reconstituted' | 'part'>;

/** Of an infusion that is reported in steps; undefined for any other. */
export function administeredOf(unit: Content & Pick<Unit, 'infusion'>): Administered | undefined {
  const course = courseOf(unit);
  if (!course) return undefined;
  const said = course.steps.findLast(({ fraction, administered }) => fraction !== null || administered !== null);
  const fraction = fractionOf(unit, said);
  const whole = contentOf(unit);
  const volume = volumeIn(said) ?? (whole && fraction !== null ? shareOf(whole, fraction) : null);
  const stated = course.ended?.remainder ?? null;
  return {
    fraction,
    dose: unit.cells && fraction !== null ? shareOf(unit.cells, fraction) : null,
    volume,
    remainder: stated ?? (whole && fraction !== null ? shareOf(whole, subtractDecimal(ALL, fraction)) : null),
  };
}

/** As stated, otherwise by volume; null where neither is known. An end that states nothing and was not early means all of it: see `unit-infusion-ended`. */
function fractionOf(unit: Content, said: InfusionStep | undefined): string | null {
  return said ? (said.fraction ?? fractionByVolume(unit, said.administered)) : null;
}

/** What is in the container to be given: after reconstitution, where that was in it. */
function contentOf({ reconstituted, part, volume }: Content): MaterialQuantity | null {
  return (part === undefined ? reconstituted?.volume : null) ?? volume;
}

function volumeIn(said: InfusionStep | undefined): MaterialQuantity | null {
  const { administered = null } = said ?? {};
  return administered && convert(administered, 'mL').ok ? administered : null;
}

/** Percent of the content, to a tenth; null where the two cannot be compared. */
export function fractionByVolume(unit: Content, administered: MaterialQuantity | null): string | null {
  const whole = contentOf(unit);
  if (!whole || !administered) return null;
  const converted = convert(administered, whole.unit);
  if (!converted.ok || Number(whole.value) <= 0) return null;
  const percent = (Number(converted.value.value) / Number(whole.value)) * 100;
  return trimmed(Math.min(100, Math.max(0, percent)).toFixed(1));
}

/** Whether a stated fraction is beyond what a reading of the volume can be wrong by. */
export function readsOtherwise(stated: string, computed: string): boolean {
  return Math.abs(Number(stated) - Number(computed)) > READING_TOLERANCE;
}

/** What the fraction makes of the unit, where the dose is stated in the same measure and is not that. */
export function otherDose(
  unit: Content & Pick<Unit, 'infusion'>,
  dose: MaterialQuantity,
): { readonly fraction: string; readonly expected: Amount } | null {
  const given = administeredOf(unit);
  if (!given || given.fraction === null) return null;
  const expected = [given.dose, given.volume].find((each) => each && isSameMeasure(each, dose));
  const stated = expected && convert(dose, expected.unit);
  if (!expected || !stated?.ok) return null;
  const difference = Math.abs(Number(stated.value.value) - Number(expected.value));
  return difference * 100 > Number(expected.value) * DOSE_TOLERANCE ? { fraction: given.fraction, expected } : null;
}

function isSameMeasure(a: MaterialQuantity, b: MaterialQuantity): boolean {
  const isSame = a.what === undefined || b.what === undefined || a.what === b.what;
  return isSame && convert(b, a.unit).ok;
}

function shareOf({ value, unit, what }: MaterialQuantity, percent: string): MaterialQuantity {
  const share = trimmed(multiplyDecimal(multiplyDecimal(value, percent), '0.01'));
  return { value: share, unit, ...(what && { what }), basis: 'calculated' };
}

function trimmed(decimal: string): string {
  const short = decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
  return short === '' || short === '-0' ? '0' : short;
}

export function isPart(fraction: string): boolean {
  return compareDecimal(fraction, ALL) < 0;
}
