import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacter, checkValue, parseChainOfIdentity, parseDonationNumber, parseProductCode } from './index.ts';

const G = 'G123417654321';
const LETTERS = [...'ABCDEFGHIJKLMNPQRSTUVWXYZ'];
const digits = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: length, maxLength: length }).map((d) => d.join(''));
const din = fc
  .tuple(fc.constantFrom(...LETTERS, ...'123456789'), fc.constantFrom(...LETTERS, ...'0123456789'), digits(11))
  .map((p) => p.join(''));

describe('a donation identification number', () => {
  it('is read as scanned, with its flags', () => {
    expect(parseDonationNumber(`=${G}70`)).toEqual({
      ok: true,
      value: {
        din: G,
        facility: 'G1234',
        nominalYear: '17',
        sequence: '654321',
        flags: '70',
        flagKind: 'check',
        checkCharacter: 'A',
        checked: true,
        provisional: true,
      },
    });
    expect(parseDonationNumber('=G12349865432177')).toMatchObject({ value: { checkCharacter: 'H', checked: true } });
  });

  it.each([
    [G, null, null, false],
    [`${G}A`, null, null, true],
    [`${G}00`, '00', 'none', false],
    [`${G}00A`, '00', 'none', true],
    [`${G}07`, '07', 'process', false],
    [`${G}A1`, 'A1', 'process', false],
    [`${G}70A`, '70', 'check', true],
    ['G1234 17 654321 00 A', '00', 'none', true],
    ['ｇ1234 17 654321', null, null, false],
  ])('is read as typed: %s', (text, flags, flagKind, checked) => {
    expect(parseDonationNumber(text)).toMatchObject({ ok: true, value: { din: G, flags, flagKind, checked } });
  });

  it.each([
    [`${G}B`, 'isbt128.check-character', 'A', 'B'],
    [`=${G}71`, 'isbt128.flag-check', '70', '71'],
    [`${G}00*`, 'isbt128.check-character', 'A', '*'],
    [`=${G}`, 'isbt128.length', '15', '13'],
    [`=${G}70A`, 'isbt128.length', '15', '16'],
    ['G12341765432', 'isbt128.length', '13 | 14 | 15 | 16', '12'],
    [`${G}0O`, 'isbt128.flags', '0–9, A–H, J–N, P, R–Y', '0O'],
  ])('%s is refused: %s', (text, code, expected, given) => {
    expect(parseDonationNumber(text)).toMatchObject({ ok: false, problem: { code, expected, given } });
  });

  it.each(['O123417654321', '0123417654321', 'G12A417654321'])('%s has no facility number', (text) => {
    expect(parseDonationNumber(text)).toMatchObject({ ok: false, problem: { code: 'isbt128.facility' } });
  });

  it('says so when a letter O was typed for a zero', () => {
    const parsed = parseDonationNumber('GO23417654321');
    expect(parsed).toMatchObject({ problem: { message: { en: expect.stringContaining('letter O is never used') } } });
    expect(parseDonationNumber('G123417654O21')).toMatchObject({ problem: { code: 'isbt128.digits' } });
  });

  it('names in both languages what was expected and what was given', () => {
    const parsed = parseDonationNumber(`${G}B`);
    if (parsed.ok) throw new Error('it was accepted');
    expect(parsed.problem.message.en).toBe('the check character is B, but A belongs to this number');
    expect(parsed.problem.message.zh).toContain('A');
  });

  it('is accepted with its own check character and flags, and with no others', () => {
    fc.assert(
      fc.property(din, fc.integer({ min: 60, max: 96 }), (number, flags) => {
        const character = checkCharacter(number);
        const right = 60 + checkValue(character);
        expect(parseDonationNumber(`=${number}${right}`).ok).toBe(true);
        expect(parseDonationNumber(`${number}${character}`).ok).toBe(true);
        expect(parseDonationNumber(`=${number}${flags}`).ok).toBe(flags === right);
      }),
    );
  });
});

describe('a chain of identity', () => {
  const coi = `CH${G}`;

  it('is read as scanned and as typed', () => {
    const character = checkCharacter(coi);
    const parts = { coi, facility: 'G1234', nominalYear: '17', sequence: '654321', checkCharacter: character, provisional: true };
    expect(parseChainOfIdentity(`&/${coi}`)).toEqual({ ok: true, value: { ...parts, checked: false } });
    expect(parseChainOfIdentity(`CH G1234 17 654321 ${character}`)).toEqual({ ok: true, value: { ...parts, checked: true } });
  });

  it('has a check character over all fifteen characters, not over the donation number alone', () => {
    expect(checkCharacter(coi)).not.toBe(checkCharacter(G));
    expect(parseChainOfIdentity(`${coi}A`)).toMatchObject({
      ok: false,
      problem: { code: 'isbt128.check-character', given: 'A' },
    });
  });

  it.each([
    [G, 'isbt128.coi-prefix'],
    [`&/${coi}A`, 'isbt128.length'],
    [coi.slice(0, -1), 'isbt128.length'],
    ['CHO123417654321', 'isbt128.facility'],
  ])('%s is refused: %s', (text, code) => {
    expect(parseChainOfIdentity(text)).toMatchObject({ ok: false, problem: { code } });
  });
});

describe('a product code', () => {
  it.each([
    ['=<S1128V00', 'S1128', 'cellular-therapy', 'V', '00', false],
    ['S12954A0', 'S1295', 'cellular-therapy', '4', 'A0', true],
    ['=<S1128VBb', 'S1128', 'cellular-therapy', 'V', 'Bb', true],
    ['=<T1295003', 'T1295', 'tissue', null, '003', true],
    ['=<T1295000', 'T1295', 'tissue', null, '000', false],
  ])('%s is read', (text, description, category, collectionType, division, divided) => {
    expect(parseProductCode(text)).toEqual({
      ok: true,
      value: { description, category, collectionType, division, divided, provisional: true },
    });
  });

  it.each([
    ['=<S1128V0', 'isbt128.length'],
    ['=<s1128V00', 'isbt128.product-description'],
    ['=<Q1128V00', 'isbt128.product-category'],
    ['=<S1128Vaa', 'isbt128.division'],
    ['=<S1128VAA', 'isbt128.division'],
    ['=<T1295A00', 'isbt128.division'],
  ])('%s is refused: %s', (text, code) => {
    expect(parseProductCode(text)).toMatchObject({ ok: false, problem: { code } });
  });
});
