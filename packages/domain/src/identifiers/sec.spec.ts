import { describe, expect, it } from 'vitest';
import { parseSec } from './index.ts';

const DONATION = 'PL001499Z549917123456';
const PRODUCT = 'A00T041600320171231';

describe('a Single European Code', () => {
  it.each([`${DONATION} ${PRODUCT}`, `${DONATION}${PRODUCT}`, `SEC:${DONATION} ${PRODUCT}`, `&,4${DONATION}${PRODUCT}`])(
    '%s is read',
    (text) => {
      expect(parseSec(text)).toEqual({
        ok: true,
        value: {
          country: 'PL',
          establishment: '001499',
          donation: 'Z549917123456',
          productSystem: 'isbt128',
          product: '00T0416',
          split: '003',
          expiry: '2017-12-31',
        },
      });
    },
  );

  it('may have no expiry date', () => {
    expect(parseSec(`${DONATION}A00T041600300000000`)).toMatchObject({ ok: true, value: { expiry: null } });
  });

  it.each([
    [DONATION, 'sec.length'],
    [`P1${DONATION.slice(2)}${PRODUCT}`, 'sec.country'],
    [`PL00-499Z549917123456${PRODUCT}`, 'sec.establishment'],
    [`PL001499Z54991712345-${PRODUCT}`, 'sec.donation'],
    [`${DONATION}C00T041600320171231`, 'sec.system'],
    [`${DONATION}A00T-41600320171231`, 'sec.product'],
    [`${DONATION}A00T04160-320171231`, 'sec.split'],
    [`${DONATION}A00T041600320170229`, 'sec.expiry'],
  ])('%s is refused: %s', (text, code) => {
    expect(parseSec(text)).toMatchObject({ ok: false, problem: { code } });
  });
});
