import { misread, type Parsed, understood } from '../vocabulary/index.ts';
import { parseDecimal } from './decimal.ts';
import type { Comparator, Quantity } from './quantity.ts';
import { parseUnit } from './unit.ts';

/** The powers of ten that Chinese counting has words for; the longer word is tried first. */
const SCALE_WORDS = { 万亿: 12, 千万: 7, 百万: 6, 十万: 5, 亿: 8, 万: 4 } as const;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** How units are typed, in lower case. What stands here neither is read as UCUM. */
const UNIT_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    个: '{cells}',
    个细胞: '{cells}',
    细胞: '{cells}',
    cell: '{cells}',
    cells: '{cells}',
    copy: '{copies}',
    copies: '{copies}',
    拷贝: '{copies}',
    袋: '{bags}',
    支: '{vials}',
    管: '{vials}',
    ml: 'mL',
    毫升: 'mL',
    ul: 'uL',
    微升: 'uL',
    l: 'L',
    升: 'L',
    kg: 'kg',
    公斤: 'kg',
    千克: 'kg',
    g: 'g',
    克: 'g',
    mg: 'mg',
    毫克: 'mg',
    ug: 'ug',
    微克: 'ug',
    '°c': 'Cel',
    摄氏度: 'Cel',
    '°f': '[degF]',
    小时: 'h',
    hr: 'h',
    hours: 'h',
    分钟: 'min',
    分: 'min',
    mins: 'min',
    秒: 's',
    天: 'd',
    日: 'd',
    days: 'd',
    eu: 'EU',
    iu: '[IU]',
    cfu: '[CFU]',
    mmhg: 'mm[Hg]',
  }),
);

const ENTERED = new RegExp(
  String.raw`^(<=|>=|[<>≤≥])?([+-]?)(?:10\^([+-]?\d{1,2})|(\d[\d,]*|(?=\.\d))(\.\d+)?(?:[x×*·]10(?:\^|\*{1,2})([+-]?\d{1,2})|e([+-]?\d{1,2}))?)` +
    `(${Object.keys(SCALE_WORDS).join('|')})?(.*)$`,
  'i',
);

/**
 * Reads an amount as people write it: `1,200万`, `3.5亿个`, `5×10^7 cells/kg`, `2.0E6/mL`, `<0.05 EU/mL`, full-width digits, superscripts. The power of ten
 * goes into the unit (`5×10^7 cells` is 5 `10*7.{cells}`), so that the digits stay as many as were reported. Commas separate thousands;
 * a comma elsewhere is refused, since it may have been a decimal point. `unit` stands for the one that is printed beside the field.
 */
export function parseEntered(text: string, options: { readonly unit?: string } = {}): Parsed<Quantity> {
  const plain = simplified(text);
  const match = text.length <= 64 && !/\p{C}/u.test(text) ? ENTERED.exec(plain) : null;
  if (!match) {
    return misread('quantity.entered', `"${text.slice(0, 64)}" is no amount`, `“${text.slice(0, 64)}”不是可识别的数量`, {
      expected: '5×10^7 cells, 1200万, 0.5 EU/mL',
      given: text.slice(0, 64),
    });
  }
  const [, sign, minus, bare, whole = '', fraction = '', power, exponent, word, rest] = match;
  if (whole.includes(',') && !/^\d{1,3}(?:,\d{3})+$/.test(whole)) {
    return misread(
      'quantity.comma',
      `the commas of "${whole}${fraction}" do not separate thousands`,
      `“${whole}${fraction}”中的逗号不是千位分隔符`,
      {
        expected: '1,200 or 1.2',
        given: whole + fraction,
      },
    );
  }
  const digits = bare === undefined ? whole.replaceAll(',', '').replace(/^0+(?=\d)/, '') || '0' : '1';
  const value = parseDecimal(`${minus === '-' ? '-' : ''}${digits}${fraction}`);
  if (!value.ok) return value;
  const scale = Number(bare ?? power ?? exponent ?? 0) + (word === undefined ? 0 : SCALE_WORDS[word as keyof typeof SCALE_WORDS]);
  const unit = unitOf(rest!, scale, options.unit ?? '1');
  if (!unit.ok) return unit;
  return understood({ value: value.value, unit: unit.value, ...(sign && { comparator: comparatorOf(sign) }), asEntered: text });
}

function simplified(text: string): string {
  return text
    .replace(/⁺|⁻/g, (raised) => (raised === '⁺' ? '+' : '-'))
    .replace(new RegExp(`([+-]?)([${SUPERSCRIPTS}]+)`, 'g'), (_, sign: string, digits: string) => {
      return `^${sign}${[...digits].map((digit) => SUPERSCRIPTS.indexOf(digit)).join('')}`;
    })
    .normalize('NFKC')
    .replace(/\u2212/g, '-')
    .replace(/[\u03BC\u00B5]/g, 'u')
    .replace(/(?<=\d)\s+(?=\d)/g, '\u0000')
    .replace(/\s+/g, '');
}

function unitOf(entered: string, scale: number, standard: string): Parsed<string> {
  const code = entered === '' ? standard : entered.split('/').map(unitWord).join('/');
  const scaled = scale === 0 ? code : `10*${scale}${code === '1' ? '' : code.startsWith('/') ? code : `.${code}`}`;
  const parsed = parseUnit(scaled);
  return parsed.ok ? understood(parsed.value.code) : parsed;
}

function unitWord(word: string): string {
  return UNIT_WORDS.get(word.toLowerCase()) ?? word;
}

function comparatorOf(sign: string): Comparator {
  if (sign === '<=') return '≤';
  return sign === '>=' ? '≥' : (sign as Comparator);
}
