// A unit found one by one and a site's answer were added up, in whatever order they came. But an answer is the site's whole word: what had been found
// there before is in it, was counted twice, and stood for another unit of which nobody knew anything. The recall could be closed without it.
import { describe, expect, it } from 'vitest';
import { type folded as fold, folded, given } from '../specification.ts';
import * as r from './index.ts';
import { examples, recall, recallFigures } from './index.ts';

type Past = Parameters<typeof fold>[2][number];

const { RECALL, HOSPITAL, UNITS } = examples;
const INITIATED: Past = [r.initiated, examples.initiated()];
const NOTICE: Past = [r.noticeSent, examples.noticeSent()];
const first = { unit: UNITS[0], fate: 'destroyed' };
const FOUND: Past = [r.unitAccounted, examples.unitAccounted(first)];
const answering = (destroyed: number): Past => [
  r.acknowledged,
  examples.acknowledged({ used: 0, quarantined: 0, destroyed }),
  { org: HOSPITAL },
];
const figures = (...past: Past[]) =>
  recallFigures(folded(recall, RECALL, [INITIATED, NOTICE, ...past]), '2026-11-20T06:00:00.000Z').sites.find(
    ({ site }) => site === HOSPITAL,
  );

describe('a unit that was found before its site answered', () => {
  it('is counted by the answer, and not again', () => {
    const sent = figures()!.sent;
    expect(figures(FOUND)).toMatchObject({ destroyed: 1, unaccounted: sent - 1 });
    expect(figures(FOUND, answering(1))).toMatchObject({ destroyed: 1, unaccounted: sent - 1 });
    expect(figures(answering(1), FOUND)).toMatchObject({ destroyed: 2, unaccounted: sent - 2 });
  });

  it('may be said again, where the answer has forgotten it', () => {
    const sent = figures()!.sent;
    const past = [INITIATED, NOTICE, FOUND, answering(sent - 1)];
    const again = given(recall, RECALL, past).when(r.unitAccounted, examples.unitAccounted(first));
    expect(again).toMatchObject({ rules: [], warnings: ['recall.unit-accounted-before'] });
    expect(recallFigures(again.afterwards(), '2026-11-20T06:00:00.000Z').sites).toMatchObject([
      { unaccounted: 0, destroyed: sent },
      {},
    ]);
  });

  it('does not make the answer one too many', () => {
    const sent = figures()!.sent;
    const [fact, data] = answering(sent);
    expect(given(recall, RECALL, [INITIATED, NOTICE, FOUND]).when(fact, data, { actor: { org: HOSPITAL } }).rules).toEqual([]);
  });
});
