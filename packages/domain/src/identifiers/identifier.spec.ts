import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Identifier, normalised, readIdentifier, sameIdentifier, searchKey, WellFormedIdentifier } from './index.ts';

const local = { scheme: 'local', site: 'nansha-lab', kind: 'batch', value: 'HUCMSC-P4-20261121-01' } as const;
const firstProblem = (input: unknown) => Identifier.safeParse(input).error?.issues[0];

describe('an identifier', () => {
  it('is kept as it was written', () => {
    const written = { ...local, value: ' hucmsc-p4 / ２０２６１１２１－01 ' };
    expect(Identifier.parse(written)).toEqual(written);
  });

  it('needs its site where it is a local number', () => {
    expect(firstProblem({ scheme: 'local', value: 'A-1' })).toMatchObject({
      path: ['site'],
      params: { code: 'identifier.site' },
    });
    expect(firstProblem({ scheme: 'isbt128-din', value: '=G12341765432170' })).toBeUndefined();
  });

  it('is recorded even when it is misread, and says what is wrong', () => {
    const misread = { scheme: 'isbt128-din', value: '=G12341765432171' } as const;
    expect(Identifier.safeParse(misread).success).toBe(true);
    expect(readIdentifier(misread)).toMatchObject({ ok: false, problem: { code: 'isbt128.flag-check' } });
    expect(WellFormedIdentifier.safeParse(misread).error?.issues[0]).toMatchObject({
      path: ['value'],
      params: { code: 'isbt128.flag-check', expected: '70', given: '71' },
    });
  });

  it.each(['11010519491231002X', 'PAT-13800138000', '１３８００１３８０００'])('holds no personal number: %s', (value) => {
    expect(firstProblem({ ...local, value })).toMatchObject({ path: ['value'], params: { code: 'identifier.personal' } });
    expect(Identifier.safeParse({ scheme: 'gs1', value }).success).toBe(false);
  });

  it.each(['', '   ', 'a\u0000b', 'a\nb', 'x'.repeat(101)])('is printable and short: %j is refused', (value) => {
    expect(Identifier.safeParse({ ...local, value }).success).toBe(false);
  });

  it('has no other members', () => {
    expect(Identifier.safeParse({ ...local, name: 'Li' }).success).toBe(false);
  });
});

describe('search', () => {
  it('ignores width, case and spaces', () => {
    expect(normalised(' hucmsc-p4 ２０２６１１２１－０１　')).toBe('HUCMSC-P420261121-01');
  });

  it('is stable: what is normalised stays as it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => normalised(normalised(text)) === normalised(text)));
  });

  it('finds a donation however its number was entered', () => {
    const forms = ['=G12341765432170', 'G1234 17 654321', 'g123417654321a', 'G12341765432100A'];
    expect(new Set(forms.map((value) => searchKey({ scheme: 'isbt128-din', value })))).toEqual(new Set(['G123417654321']));
  });

  it('keeps apart what differs by letter case in an ISBT 128 division', () => {
    const [part, whole] = ['=<S1128VAa', '=<S1128VA0'].map((value) => searchKey({ scheme: 'isbt128-product', value }));
    expect(part).not.toBe(whole);
  });

  it('finds what cannot be read under its text', () => {
    expect(searchKey({ scheme: 'gs1', value: ' 62910 X ' })).toBe('62910X');
  });

  it('treats local numbers as one per site and kind only', () => {
    expect(sameIdentifier(local, { ...local, value: 'hucmsc-p4-20261121-01' })).toBe(true);
    expect(sameIdentifier(local, { ...local, site: 'other-lab' })).toBe(false);
    expect(sameIdentifier(local, { ...local, kind: 'unit' })).toBe(false);
  });
});
