import { LocalDate } from '../time/index.ts';
import { misread, type Parsed, understood } from '../vocabulary/index.ts';
import { normalised } from './normalised.ts';

/** The Single European Code taken apart (Directive 2006/86/EC as amended by (EU) 2015/565, Annex VII). */
export interface SingleEuropeanCode {
  /** ISO 3166-1 alpha-2 of the tissue establishment's country. */
  readonly country: string;
  readonly establishment: string;
  /** Unique donation number, 13 characters, filled with leading zeros. */
  readonly donation: string;
  readonly productSystem: 'eutc' | 'isbt128' | 'eurocode';
  readonly product: string;
  /** `000` where there is none. */
  readonly split: string;
  /** Last day of use, ISO 8601; null where none is set (encoded as 00000000). */
  readonly expiry: string | null;
}

/** Annex VII: identifier of the product coding system. */
const SYSTEMS: Readonly<Record<string, SingleEuropeanCode['productSystem']>> = { E: 'eutc', A: 'isbt128', B: 'eurocode' };

/**
 * Reads 40 characters, also with the blank between donation and product sequence, behind `SEC:`, or behind the ISBT 128 data identifier `&,4`
 * (ST-001 §2.4.38). It has no check character. Not for advanced therapy medicinal products.
 */
export function parseSec(text: string): Parsed<SingleEuropeanCode> {
  const code = normalised(text).replace(/^(?:SEC:|&,4)/, '');
  if (code.length !== 40) {
    return misread(
      'sec.length',
      `a Single European Code has 40 characters, not ${code.length}`,
      `欧洲单一编码应为 40 个字符，实际为 ${code.length} 个`,
      {
        expected: '40',
        given: String(code.length),
      },
    );
  }
  const [country, establishment, donation, system, product, split, expiry] = cut(code, [2, 6, 13, 1, 7, 3, 8]) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (!/^[A-Z]{2}$/.test(country)) return part('sec.country', 'country', '国家代码', 'two letters', country);
  if (!/^[A-Z0-9]{6}$/.test(establishment))
    return part('sec.establishment', 'tissue establishment', '组织机构代码', 'six letters or digits', establishment);
  if (!/^[A-Z0-9]{13}$/.test(donation))
    return part('sec.donation', 'donation number', '捐献编号', 'thirteen letters or digits', donation);
  const productSystem = SYSTEMS[system];
  if (productSystem === undefined) return part('sec.system', 'product coding system', '产品编码体系', 'E, A or B', system);
  if (!/^[A-Z0-9]{7}$/.test(product))
    return part('sec.product', 'product number', '产品编号', 'seven letters or digits', product);
  if (!/^[A-Z0-9]{3}$/.test(split)) return part('sec.split', 'split number', '分装编号', 'three letters or digits', split);
  const date = readExpiry(expiry);
  if (date === undefined) return part('sec.expiry', 'expiry date', '有效期', 'YYYYMMDD, or 00000000', expiry);
  return understood({ country, establishment, donation, productSystem, product, split, expiry: date });
}

function readExpiry(digits: string): string | null | undefined {
  if (digits === '00000000') return null;
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  return LocalDate.safeParse(date).success ? date : undefined;
}

function part(code: string, en: string, zh: string, expected: string, given: string): Parsed<never> {
  return misread(code, `the ${en} is "${given}", where ${expected} must stand`, `${zh}“${given}”不符合格式要求`, {
    expected,
    given,
  });
}

function cut(text: string, lengths: readonly number[]): string[] {
  return lengths.map((length, i) => {
    const from = lengths.slice(0, i).reduce((sum, before) => sum + before, 0);
    return text.slice(from, from + length);
  });
}
