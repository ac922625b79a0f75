// One chain of identity was entered in one way with the batch and in another with the treatment: as scanned (`&/CH…`), as typed with its check character, with
// spaces or hyphens between the groups. They were compared as texts, so that the gate called the right patient's bag the wrong patient's.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacter, parseChainOfIdentity, sameChain } from '../identifiers/index.ts';
import { given } from '../specification.ts';
import { coiIssued, treatment, examples as treatments } from '../treatment/index.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aDonation, aPerson, aTreatment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import { originFaults } from './opening-checks.ts';
import { batch } from './state.ts';
import { unitAllocated } from './unit-allocated.ts';

const CHAIN = 'CHG123417654321';
const CHECK = checkCharacter(CHAIN);
const PRESENTATIONS = [
  `&/${CHAIN}`,
  `${CHAIN}${CHECK}`,
  'CH G1234 17 654321',
  `CH G1234 17 654321 ${CHECK}`,
  'CH-G1234-17-654321',
  `CH-G1234-17-654321-${CHECK}`,
  `ch–g1234–17–654321`,
  'ＣＨＧ１２３４１７６５４３２１',
];
const WRONG_CHECK = CHECK === 'A' ? 'B' : 'A';
const OTHERS = ['CHG123417654322', `${CHAIN}${WRONG_CHECK}`, 'G123417654321', 'COI-B-2026-0007'];

const reading = (others: ReadonlyMap<string, unknown>) => ({
  state: <S>(aggregate: { readonly name: string }, id: string) => others.get(`${aggregate.name}-${id}`) as S | undefined,
  states: <S>(aggregate: { readonly name: string }, ids: readonly string[]) =>
    new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as S | undefined])),
});
const world = (coi: string) =>
  surroundings({
    [`treatment-${IDS.treatment}`]: aTreatment({ coi }),
    [`donation-${IDS.donation}`]: aDonation({ kind: 'autologous', donor: IDS.patient, coi: CHAIN }),
    [`person-${IDS.patient}`]: aPerson(),
  });
const own = (coi: string) => aBatch({ autologous: true, coi }, aUnit());
const gate = (ofBatch: string, ofTreatment: string) =>
  gateFor(own(ofBatch), IDS.unit, IDS.treatment, AT, reading(world(ofTreatment))).map(({ rule }) => rule.id);

describe('one chain of identity', () => {
  it.each(PRESENTATIONS)('is the same to the gate, both ways: %s', (shown) => {
    expect(gate(CHAIN, shown)).toEqual([]);
    expect(gate(shown, CHAIN)).toEqual([]);
  });

  it.each(OTHERS)('is another: %s', (other) => {
    expect(gate(CHAIN, other)).toEqual(['gate.coi-differs']);
    expect(gate(other, CHAIN)).toEqual(['gate.coi-differs']);
  });

  it.each(PRESENTATIONS)('is the same to allocation, opening and issuing: %s', (shown) => {
    const reserving = { unit: IDS.unit, treatment: IDS.treatment, patient: IDS.patient, site: IDS.hospital };
    const allocated = given({ ...batch, initial: () => own(CHAIN) }, IDS.batch, [], world(shown)).when(unitAllocated, reserving);
    expect(allocated.rules).toEqual([]);

    const sources = { donations: new Map([[IDS.donation, aDonation({ kind: 'autologous', coi: CHAIN })]]), batches: new Map() };
    const opening = { autologous: true, coi: shown, inputs: [{ donation: IDS.donation }], tier: 'none' };
    expect([originFaults(opening as never, sources as never, reading(new Map()))].flat(3).filter(Boolean)).toEqual([]);

    const issuing = given(treatment, IDS.treatment, [[coiIssued, treatments.coiIssued({ coi: CHAIN })]]).when(
      coiIssued,
      treatments.coiIssued({ coi: shown.trim() }),
    );
    expect(issuing).toMatchObject({ rules: [], warnings: ['coi.issued-before'] });
  });

  it('is none where there is none', () => {
    for (const missing of [null, undefined, '', ' ']) {
      expect(sameChain(missing, CHAIN)).toBe(false);
      expect(sameChain(missing, missing)).toBe(false);
    }
  });

  it('of the site’s own keeps its hyphens: they may tell two numbers apart', () => {
    expect(sameChain('COI-B-2026-0007', 'coi-b-2026 - 0007')).toBe(true);
    expect(sameChain('P-1-12', 'P-11-2')).toBe(false);
  });

  it('is never equal to one of another number, however both are shown', () => {
    const digits = fc.integer({ min: 0, max: 999_999 }).map((n) => String(n).padStart(6, '0'));
    const shown = fc.constantFrom(
      (n: string) => `CHG123417${n}`,
      (n: string) => `&/CHG123417${n}`,
      (n: string) => `CH G1234 17 ${n} ${checkCharacter(`CHG123417${n}`)}`,
      (n: string) => `CH-G1234-17-${n}`,
    );
    fc.assert(
      fc.property(digits, digits, shown, shown, (a, b, one, other) => {
        expect(sameChain(one(a), other(b))).toBe(a === b);
        expect(parseChainOfIdentity(one(a)).ok).toBe(true);
      }),
    );
  });
});
