import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces, type Scope, scopeOf } from './scope.ts';

const answer = (rows: readonly object[], units = 0) =>
  ({ rows, elsewhere: [{ site: 'x', units, infused: 0, recipients: 0 }] }) as unknown as Parameters<typeof scopeOf>[0];

describe('the scope of an exercise', () => {
  it('groups units by batch and by who answers for them', () => {
    const row = (unit: string, holder: string | null, site: string | null = null) => ({ batch: 'b', unit, holder, site });
    const scope = scopeOf(
      answer([row('1', 'lab-a'), row('2', 'hospital-b'), row('3', 'lab-a'), row('4', null, 'hospital-b'), row('5', null)], 7),
    );
    expect(scope).toEqual({
      batches: ['b'],
      groups: [
        { batch: 'b', site: 'lab-a', units: ['1', '3'] },
        { batch: 'b', site: 'hospital-b', units: ['2', '4'] },
      ],
      withoutHolder: ['5'],
      notSeen: 7,
    });
  });

  it('is cut into entries of at most 400 units and batches, and loses none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 4 }), fc.nat(900), (sizes, batchCount) => {
        const groups = sizes.map((size, n) => ({
          ...{ batch: `b${n}`, site: `s${n}` },
          units: Array.from({ length: size }, (_, unit) => `${n}/${unit}`),
        }));
        const batches = Array.from({ length: batchCount }, (_, n) => `b${n}`);
        const cut = pieces({ batches, groups, withoutHolder: [], notSeen: 0 } satisfies Scope);
        const unitsIn = (units: Scope['groups']) => units.flatMap((group) => group.units);
        for (const piece of cut) {
          expect(unitsIn(piece.units).length).toBeLessThanOrEqual(400);
          expect(piece.batches.length).toBeLessThanOrEqual(400);
        }
        expect(cut.flatMap(({ units }) => unitsIn(units))).toEqual(unitsIn(groups));
        expect(cut.flatMap((piece) => piece.batches)).toEqual(batches);
      }),
    );
  });

  it('is cut so that each entry stays below 65,535 bytes, however far its units are scattered', () => {
    const groups = Array.from({ length: 900 }, () => ({ batch: randomUUID(), site: 'h'.repeat(64), units: [randomUUID()] }));
    const cut = pieces({ batches: groups.map(({ batch }) => batch), groups, withoutHolder: [], notSeen: 0 });
    for (const piece of cut) expect(JSON.stringify(piece).length).toBeLessThan(62_000);
    expect(cut.flatMap(({ units }) => units)).toEqual(groups);
  });
});
