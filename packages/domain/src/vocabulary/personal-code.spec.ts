import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikePersonalCode } from './index.ts';

describe('a personal number inside a code', () => {
  it.each([
    '11010519491231002X', // the example of GB 11643-1999
    'HUCMSC-11010519491231002x-01',
    '110105 19491231 002X',
    '110105-19491231-002X',
    '１１０１０５１９４９１２３１００２Ｘ',
    'lot440524188001010014',
    '99440524188001010014',
  ])('%s holds a resident number', (text) => {
    expect(looksLikePersonalCode(text)).toBe('resident-id');
  });

  it.each([
    '13800138000',
    'BAG-13800138000-2',
    '+8613800138000',
    '86 138-0013-8000',
    '138 0013 8000',
    'tel１３８００１３８０００',
  ])('%s holds a mobile number', (text) => {
    expect(looksLikePersonalCode(text)).toBe('mobile-number');
  });

  it.each([
    'HUCMSC-P4-20261121-01',
    '110105194912310021', // wrong check character
    '110105194913310027', // thirteenth month
    '12800138000',
    '1380013800',
    '20261121138001380001',
    '376104250021234569',
    '=G12341765432170',
    'PL001499Z549917123456A00T041600320171231',
    '0192f5c4-7d1e-7aaa-8bbb-a13800138000',
    '',
  ])('%s holds none', (text) => {
    expect(looksLikePersonalCode(text)).toBeNull();
  });

  it('is never seen in a UUID, so that no made-up id is refused by chance', () => {
    fc.assert(fc.property(fc.uuid(), (id) => looksLikePersonalCode(id) === null));
  });
});
