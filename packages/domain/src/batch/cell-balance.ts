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

/** What the units hold of what was harvested. A loss can be told only where the remainder was stated. */
export function splitImbalance(
  harvested: readonly MaterialQuantity[],
  cells: readonly MaterialQuantity[],
  remainder: MaterialQuantity | undefined,
): Check {
  const [first] = cells;
  if (!first) return undefined;
  const alike = (all: readonly MaterialQuantity[]) => all.filter((each) => sameMeasurand(each, first));
  const available = sum(alike(harvested));
  const used = sum([...alike(cells), ...alike(remainder ? [remainder] : [])]);
  if (!available || !used || cells.length !== alike(cells).length) return undefined;
  return [
    exceeds(used, available) && broken(batchRules.cellsGained, '/units', told(used, available)),
    remainder && exceeds(available, used) && broken(batchRules.cellsLost, '/remainder', told(used, available)),
  ];
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

/** Uncertainties of a sum are added up: the counts of one operator on one day are not independent. */
function sum(quantities: readonly MaterialQuantity[]): Uncertain | undefined {
  const [first] = quantities;
  if (!first) return undefined;
  const zero = { value: '0', unit: first.unit };
  const total = quantities.reduce<Amount>(added, zero);
  return { ...total, uncertainty: quantities.map(uncertaintyOf).reduce<Amount>(added, zero).value };
}

function added(sum: Amount, amount: Amount): Amount {
  const result = addQuantities(sum, amount);
  return result.ok ? result.value : sum;
}

function told(out: Amount, into: Amount) {
  return { out: out.value, in: into.value, unit: out.unit === into.unit ? out.unit : `${out.unit} / ${into.unit}` };
}
