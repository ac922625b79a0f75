// A donation for oneself was asked for its markers only, by what the donation says of itself, while the chain of identity was asked by what the batch
// says of itself. A batch entered as allogeneic, or imported as such, of a donation for oneself was asked for neither: green for any patient.
import { describe, expect, it } from 'vitest';
import { gateFor, isAllowed } from './gate.ts';
import { AT, aBatch, aDonation, aPerson, aUnit, IDS, surroundings } from './hospital-examples.ts';
import type { BatchState } from './state.ts';

const undetermined = aPerson({
  eligibility: { status: 'not-required-autologous', event: 'e', occurredAt: null, reasons: ['autologous'], screenings: 1 },
});
const asked = (own: Partial<BatchState>) => {
  const others = surroundings({
    [`donation-${IDS.donation}`]: aDonation({ kind: 'autologous', recipient: IDS.donor, coi: 'COI-1' }),
    [`person-${IDS.donor}`]: undetermined,
  });
  return gateFor(aBatch(own, aUnit()), IDS.unit, IDS.treatment, AT, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  });
};

describe('cells that somebody gave for themselves, in a batch that is entered as allogeneic', () => {
  it('are for another patient only as those of any donor whose eligibility was not determined', () => {
    const against = asked({ autologous: false });
    expect(isAllowed(against)).toBe(false);
    expect(against.map(({ rule }) => rule.id)).toEqual([
      'gate.donor-incomplete',
      'gate.directed-elsewhere',
      'gate.autologous-other-pseudonym',
    ]);
  });

  it('are held to the chain of identity where the batch says what they are', () => {
    expect(asked({ autologous: true, coi: 'COI-1' }).map(({ rule }) => rule.id)).toContain('gate.coi-missing');
  });
});
