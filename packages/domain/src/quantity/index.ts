export {
  addDecimal,
  compareDecimal,
  Decimal,
  MAX_SIGNIFICANT_DIGITS,
  multiplyDecimal,
  parseDecimal,
  subtractDecimal,
} from './decimal.ts';
export { parseEntered } from './entered.ts';
export { Category, judgeResult, Limit, type LineVerdict, meets, ResultValue } from './limit.ts';
export {
  type Amount,
  addQuantities,
  BodyWeight,
  Comparator,
  compareQuantities,
  convert,
  MaterialQuantity,
  Measurand,
  Quantity,
  QuantityBasis,
} from './quantity.ts';
export { commensurable, parseUnit, type Unit, UnitCode, ucumOf } from './unit.ts';
