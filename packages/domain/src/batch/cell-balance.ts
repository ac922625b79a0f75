import { broken, type Check } from '../kernel/index.ts';
import { type Amount, addQuantities, compareQuantities, type MaterialQuantity } from '../quantity/index.ts';
import { batchRules } from './rules.ts';

/** More of a measurand out than in, beyond what both counts may be wrong by. Measurands that only one side knows are not compared. */
export function gained(input: readonly MaterialQuantity[], output: readonly MaterialQuantity[], at = '/output'): Check {
  return output.map((out, i) => {
    const into = input.find((each) => sameMeasurand(each, out));
    return into && exceeds(out, into) && broken(batchRules.cellsGained, `${at}/${i}`, told(out, into));
  });
}

/**
 * What the units hold of what was harvested; both as sums. A loss can be told only where the remainder was stated, and nothing where the units are
 * counted by several measurands.
 */
export function splitImbalance(
  harvested: readonly MaterialQuantity[],
  cells: readonly MaterialQuantity[],
  remainder: MaterialQuantity | undefined,
): Check {
  const [inUnits, ...others] = cells;
  const available = inUnits && harvested.find((each) => sameMeasurand(each, inUnits));
  if (!inUnits || !available || others.length > 0) return undefined;
  const left = remainder && sameMeasurand(remainder, inUnits) ? remainder : undefined;
  const used = left ? sumOf(inUnits, left) : inUnits;
  return [
    exceeds(used, available) && broken(batchRules.cellsGained, '/units', told(used, available)),
    left && exceeds(available, used) && broken(batchRules.cellsLost, '/remainder', told(used, available)),
  ];
}

/** Sums by measurand, so that a balance costs the same in a batch of ten thousand units as in one of ten. */
export function summed(sums: readonly MaterialQuantity[], more: Iterable<MaterialQuantity>): MaterialQuantity[] {
  const result = [...sums];
  for (const quantity of more) {
    const known = result.findIndex((each) => sameMeasurand(each, quantity));
    if (known < 0) result.push(quantity);
    else result[known] = sumOf(result[known]!, quantity);
  }
  return result;
}

/** Uncertainties of a sum are added up: the counts of one operator on one day are not independent. */
function sumOf(a: MaterialQuantity, b: MaterialQuantity): MaterialQuantity {
  const uncertainty = added(uncertaintyOf(a), uncertaintyOf(b)).value;
  return { ...added(a, b), ...(a.what && { what: a.what }), uncertainty };
}

function sameMeasurand(a: MaterialQuantity, b: MaterialQuantity): boolean {
  return a.what === b.what && a.comparator === undefined && b.comparator === undefined && compareQuantities(a, b).ok;
}

type Uncertain = Amount & Pick<MaterialQuantity, 'uncertainty'>;

function exceeds(a: Uncertain, b: Uncertain): boolean {
  const bound = [b, uncertaintyOf(a), uncertaintyOf(b)].reduce<Amount>(added, { value: '0', unit: b.unit });
  const compared = compareQuantities(a, bound);
  return compared.ok && compared.value > 0;
}

function uncertaintyOf({ uncertainty = '0', unit }: Uncertain): Amount {
  return { value: uncertainty, unit };
}

function added(sum: Amount, amount: Amount): Amount {
  const result = addQuantities(sum, amount);
  return result.ok ? result.value : sum;
}

function told(out: Amount, into: Amount) {
  return { out: out.value, in: into.value, unit: out.unit === into.unit ? out.unit : `${out.unit} / ${into.unit}` };
}
