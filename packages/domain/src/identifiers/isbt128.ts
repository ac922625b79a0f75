import { misread, type Parsed, understood } from '../vocabulary/index.ts';
import { checkCharacter, checkValue } from './mod37-2.ts';
import { normalised } from './normalised.ts';

/**
 * ISBT 128 Standard Technical Specification (ICCBBA ST-001 v6.2.2): structure and check characters only. ICCBBA licenses facility numbers and
 * product description codes, so no table of them is shipped and every reading is `provisional` until the site confirms its licence.
 */
interface FacilityAssigned {
  /** α and pppp: the Facility Identification Number of who assigned it. */
  readonly facility: string;
  /** yy: the year in which the number was assigned, which need not be the year of collection. */
  readonly nominalYear: string;
  /** nnnnnn. */
  readonly sequence: string;
  /** ISO/IEC 7064 mod 37-2. Printed beside the number for keyboard entry, never encoded. */
  readonly checkCharacter: string;
  /** Whether the check character stood in the input, and so was verified. */
  readonly checked: boolean;
  readonly provisional: true;
}

export interface DonationNumber extends FacilityAssigned {
  /** The 13 characters that identify. */
  readonly din: string;
  /** The two flag characters; null where only the 13 were given. */
  readonly flags: string | null;
  /** ST-001 §2.4.1: 00 unused, 60–96 check character, any other process control. */
  readonly flagKind: 'none' | 'check' | 'process' | null;
}

export interface ChainOfIdentity extends FacilityAssigned {
  /** The 15 characters `CH` + 13 that identify. */
  readonly coi: string;
}

export interface ProductCode {
  /** αoooo. */
  readonly description: string;
  /** By α; `cellular-therapy` for S. */
  readonly category: string;
  /** t, where the category has collection types; null where tds is a division of three digits. */
  readonly collectionType: string | null;
  /** ds, or tds. */
  readonly division: string;
  readonly divided: boolean;
  readonly provisional: true;
}

const FACILITY = '[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2}';
const NUMBER = new RegExp(`^(${FACILITY})(\\d{2})(\\d{6})$`);
const FLAGS = /^[0-9A-HJ-NPR-Y]{2}$/;

/**
 * Donation Identification Number, Data Structure 001, ST-001 §2.4.1: `=αppppyynnnnnnff` as scanned, or as typed: 13 characters, with flags
 * (15), with the printed check character (14), or with both (16). Spaces between groups are ignored.
 */
export function parseDonationNumber(text: string): Parsed<DonationNumber> {
  const given = normalised(text);
  const scanned = given.startsWith('=');
  const content = scanned ? given.slice(1) : given;
  if (scanned ? content.length !== 15 : content.length < 13 || content.length > 16) {
    return misread(
      'isbt128.length',
      `a donation number has ${scanned ? 'the sign = and 15' : '13 to 16'} characters, not ${content.length}`,
      `献血/采集编号应为${scanned ? '“=”加 15' : '13 至 16'} 个字符，实际为 ${content.length} 个`,
      { expected: scanned ? '15' : '13 | 14 | 15 | 16', given: String(content.length) },
    );
  }
  const number = readNumber(content.slice(0, 13));
  if (!number.ok) return number;
  const rest = content.slice(13);
  const flags = rest.length >= 2 ? rest.slice(0, 2) : null;
  const typed = rest.length % 2 === 1 ? rest.at(-1)! : null;
  const expected = checkCharacter(content.slice(0, 13));
  if (typed !== null && typed !== expected) return wrongCheckCharacter(expected, typed);
  const flag = flags === null ? understood(null) : readFlags(flags, expected);
  if (!flag.ok) return flag;
  const checked = typed !== null || flag.value === 'check';
  return understood({
    ...number.value,
    din: content.slice(0, 13),
    flags,
    flagKind: flag.value,
    checkCharacter: expected,
    checked,
    provisional: true,
  });
}

/** Between the groups of a number that is typed. No ISBT 128 number holds one. */
const HYPHENS = /[\p{Pd}\u2212]/gu;

/**
 * Chain of Identity Identifier, Data Structure 040, ST-001 §2.4.40: `&/CHαppppyynnnnnn`; typed also without `&/`, with spaces or hyphens between the
 * groups, with its check character or not.
 */
export function parseChainOfIdentity(text: string): Parsed<ChainOfIdentity> {
  const given = normalised(text);
  const scanned = given.startsWith('&/');
  const content = scanned ? given.slice(2) : given.replace(HYPHENS, '');
  if (!content.startsWith('CH')) {
    return misread('isbt128.coi-prefix', 'a chain of identity begins with CH', '同一性链标识应以 CH 开头', {
      expected: 'CH',
      given: content.slice(0, 2),
    });
  }
  if (content.length !== 15 && (scanned || content.length !== 16)) {
    return misread(
      'isbt128.length',
      `a chain of identity has 15 characters, not ${content.length}`,
      `同一性链标识应为 15 个字符，实际为 ${content.length} 个`,
      {
        expected: scanned ? '15' : '15 | 16',
        given: String(content.length),
      },
    );
  }
  const coi = content.slice(0, 15);
  const number = readNumber(coi.slice(2));
  if (!number.ok) return number;
  const expected = checkCharacter(coi);
  const typed = content[15];
  if (typed !== undefined && typed !== expected) return wrongCheckCharacter(expected, typed);
  return understood({ ...number.value, coi, checkCharacter: expected, checked: typed !== undefined, provisional: true });
}

/** ST-001 §2.4.3, "Mapping of α values to Type of Product". */
const CATEGORIES: Readonly<Record<string, string>> = {
  A: 'national-or-local',
  B: 'national-or-local',
  C: 'national-or-local',
  D: 'national-or-local',
  E: 'blood',
  F: 'blood',
  H: 'named-medical-product-of-human-origin',
  M: 'other-therapy',
  N: 'organ',
  P: 'regenerated-tissue',
  R: 'reproductive',
  S: 'cellular-therapy',
  T: 'tissue',
  V: 'ocular-tissue',
  W: 'faecal-microbiota',
  X: 'other-blood',
  Y: 'clinical-trial',
};
const WITH_COLLECTION_TYPE = /^(?:[EFHSPA-D]|X0|Y[A-Z])/;

/**
 * Product Code, Data Structure 003, ST-001 §2.4.3: `=<αooootds`; typed also without `=<`. For cellular therapy t is the collection type and ds the
 * division, `00` when undivided. Case matters: division `Aa` is a part of `A0`.
 */
export function parseProductCode(text: string): Parsed<ProductCode> {
  const given = text.normalize('NFKC').replace(/\s/g, '');
  const content = given.startsWith('=<') ? given.slice(2) : given;
  if (content.length !== 8) {
    return misread(
      'isbt128.length',
      `a product code has 8 characters, not ${content.length}`,
      `产品代码应为 8 个字符，实际为 ${content.length} 个`,
      {
        expected: '8',
        given: String(content.length),
      },
    );
  }
  const description = content.slice(0, 5);
  if (!/^[A-Z][A-Z0-9]{4}$/.test(description)) {
    return misread(
      'isbt128.product-description',
      `"${description}" is no product description code: a letter and four letters or digits, in capitals`,
      `“${description}”不是产品描述代码：应为一个大写字母加四个大写字母或数字`,
      { expected: 'αoooo', given: description },
    );
  }
  const category = CATEGORIES[description[0]!];
  if (category === undefined) {
    return misread(
      'isbt128.product-category',
      `no kind of product begins with ${description[0]}`,
      `没有以 ${description[0]} 开头的产品类别`,
      {
        expected: Object.keys(CATEGORIES).join(''),
        given: description[0]!,
      },
    );
  }
  const typed = WITH_COLLECTION_TYPE.test(description);
  const tds = content.slice(5);
  if (!(typed ? /^[A-Za-z0-9][A-Z0-9][a-z0-9]$/ : /^\d{3}$/).test(tds)) {
    return misread(
      'isbt128.division',
      typed
        ? `"${tds}" is no collection type with a division of a capital (or digit) and a small letter (or digit)`
        : `"${tds}" is no division of three digits`,
      typed ? `“${tds}”不是“采集类型 + 分装代码”` : `“${tds}”不是三位数字的分装代码`,
      { expected: typed ? 'tds' : '000–999', given: tds },
    );
  }
  const division = typed ? tds.slice(1) : tds;
  return understood({
    description,
    category,
    collectionType: typed ? tds[0]! : null,
    division,
    divided: !/^0+$/.test(division),
    provisional: true,
  });
}

function readNumber(content: string): Parsed<Pick<FacilityAssigned, 'facility' | 'nominalYear' | 'sequence'>> {
  const match = NUMBER.exec(content);
  if (match) return understood({ facility: match[1]!, nominalYear: match[2]!, sequence: match[3]! });
  const facility = content.slice(0, 5);
  if (!new RegExp(`^${FACILITY}$`).test(facility)) {
    const letterO = facility.includes('O');
    return misread(
      'isbt128.facility',
      `"${facility}" is no facility number${letterO ? ': the letter O is never used, 0 may be meant' : ''}`,
      `“${facility}”不是有效的机构编号${letterO ? '：不使用字母 O，可能应为数字 0' : ''}`,
      { expected: 'A–N, P–Z or 1–9, two of A–N, P–Z and 0–9, two digits', given: facility },
    );
  }
  return misread('isbt128.digits', 'the year and the sequence number are eight digits', '年份与流水号应为八位数字', {
    expected: 'yynnnnnn',
    given: content.slice(5),
  });
}

function readFlags(flags: string, character: string): Parsed<'none' | 'check' | 'process'> {
  if (!FLAGS.test(flags)) {
    return misread('isbt128.flags', `"${flags}" are no flag characters`, `“${flags}”不是有效的标志字符`, {
      expected: '0–9, A–H, J–N, P, R–Y',
      given: flags,
    });
  }
  if (flags === '00') return understood('none');
  const number = /^\d{2}$/.test(flags) ? Number(flags) : 0;
  if (number < 60 || number > 96) return understood('process');
  const expected = String(60 + checkValue(character));
  if (flags === expected) return understood('check');
  return misread(
    'isbt128.flag-check',
    `the check flags are ${flags}, but ${expected} belongs to this number`,
    `校验标志为 ${flags}，但该编号对应 ${expected}`,
    { expected, given: flags },
  );
}

function wrongCheckCharacter(expected: string, given: string): Parsed<never> {
  return misread(
    'isbt128.check-character',
    `the check character is ${given}, but ${expected} belongs to this number`,
    `校验字符为 ${given}，但该编号对应 ${expected}`,
    {
      expected,
      given,
    },
  );
}
