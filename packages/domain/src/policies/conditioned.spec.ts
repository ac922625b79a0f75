import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consentWithdrawn } from './consent-withdrawn.ts';
import { donorIneligible } from './donor-ineligible.ts';
import { excursionBeyondLimit } from './excursion-beyond-limit.ts';
import { actionsOver } from './following.ts';
import type { Policy, Seen } from './policy.ts';
import {
  allocated,
  batchId,
  closedTreatment,
  conditioned,
  decided,
  determined,
  excursion,
  held,
  infused,
  listed,
  origins,
  registered,
  shipped,
  split,
  treatmentId,
  unitId,
  withdrawn,
} from './sightings.ts';

/** Donor 1 gave what batch 1 was made of; unit 2 of three is meant for patient 1. */
const made = [registered(1, 'donor-0001'), origins(1, [1]), split(1, 1, 2, 3), allocated(1, 2, 1)];
const acts = <M>(policy: Policy<M>, ...log: Seen[]) => [...actionsOver(policy, log).values()];
const taken = <M>(policy: Policy<M>, ...log: Seen[]) =>
  acts(policy, ...log)
    .filter(({ type }) => type === 'batch.quarantined.v1' || type === 'batch.held.v1')
    .map(({ data }) => data['scope']);
const told = <M>(policy: Policy<M>, ...log: Seen[]) =>
  acts(policy, ...log)
    .filter(({ type }) => type.endsWith('.deviation-raised.v1'))
    .map(({ type, target, data }) => [type.split('.')[0], target, data['rule']]);
const escalated = (rule: string, treatment = 1) => [
  ['batch', batchId(1), rule],
  ['treatment', treatmentId(treatment), rule],
];

const ineligible = determined('donor-0001', 'ineligible');
const withdrawal = withdrawn('donor-0001');

describe('a donor found ineligible', () => {
  const RULE = 'policy.ineligible-donor-of-conditioned-patient';

  it('quarantines the unit of a patient who was not conditioned', () => {
    expect(taken(donorIneligible, ...made, ineligible)).toEqual(['whole-batch']);
    expect(told(donorIneligible, ...made, ineligible)).toEqual([]);
  });

  it('leaves the unit of a conditioned patient, quarantines the others, and tells the physician and quality assurance', () => {
    const log = [...made, conditioned(1, 'staff-0042'), ineligible];
    expect(taken(donorIneligible, ...log)).toEqual([
      {
        ranges: [
          { from: 1, to: 1 },
          { from: 3, to: 3 },
        ],
      },
    ]);
    expect(told(donorIneligible, ...log)).toEqual(escalated(RULE));
    for (const { data } of acts(donorIneligible, ...log).filter(({ type }) => type.includes('deviation'))) {
      expect(data).toMatchObject({ class: 'critical', params: { physician: 'staff-0042', treatment: treatmentId(1) } });
      expect((data['sentence'] as { en: string }).en).toContain('staff-0042');
    }
  });

  it('quarantines what is made of the batch later', () => {
    expect(taken(donorIneligible, ...made, conditioned(1), ineligible, split(1, 4, 5))).toEqual([
      {
        ranges: [
          { from: 1, to: 1 },
          { from: 3, to: 3 },
        ],
      },
      { ranges: [{ from: 4, to: 5 }] },
    ]);
  });

  it('tells them also when the conditioning or the allocation is recorded after the quarantine', () => {
    const late = [...made, ineligible, conditioned(1)];
    expect(taken(donorIneligible, ...late)).toEqual(['whole-batch']);
    expect(told(donorIneligible, ...late)).toEqual(escalated(RULE));
    expect(told(donorIneligible, ...made.slice(0, 3), conditioned(1), ineligible, allocated(1, 2, 1))).toEqual(escalated(RULE));
  });

  it('is told once for each patient, however many of the units are theirs', () => {
    const log = [...made, allocated(1, 1, 1), allocated(1, 3, 2), conditioned(1), conditioned(2), ineligible];
    expect(taken(donorIneligible, ...log)).toEqual([]);
    expect(told(donorIneligible, ...log)).toEqual([...escalated(RULE), ...escalated(RULE, 2)]);
    const ids = acts(donorIneligible, ...log).map(({ data }) => data['deviation']);
    expect(new Set(ids).size).toBe(4);
  });

  it('quarantines a unit of a treatment that was closed since: nobody waits for it', () => {
    expect(taken(donorIneligible, ...made, conditioned(1), closedTreatment(1), ineligible)).toEqual(['whole-batch']);
    expect(told(donorIneligible, ...made, conditioned(1), closedTreatment(1), ineligible)).toEqual([]);
  });

  it('quarantines a unit that was allocated to somebody else since', () => {
    const log = [...made, conditioned(1), allocated(1, 2, 2), ineligible];
    expect(taken(donorIneligible, ...log)).toEqual(['whole-batch']);
  });

  it('lists a patient who was given the unit as exposed, and escalates nothing', () => {
    const log = [...made, conditioned(1), infused(1, 2, 1), ineligible];
    expect(told(donorIneligible, ...log)).toEqual([['treatment', treatmentId(1), 'policy.recipient-of-ineligible-donor']]);
  });

  it('has nobody told who gave to themselves', () => {
    const own = [registered(1, 'donor-0001', { kind: 'autologous' }), ...made.slice(1)];
    expect(acts(donorIneligible, ...own, conditioned(1), ineligible)).toEqual([]);
    expect(acts(donorIneligible, ...own, ineligible, conditioned(1))).toEqual([]);
  });

  it('waits still when the closing of the treatment was taken back', () => {
    const memory = donorIneligible.initial();
    const closing = closedTreatment(1);
    for (const event of [...made, conditioned(1, 'staff-0042'), closing]) donorIneligible.see(memory, event);
    donorIneligible.unsee?.(memory, closing);
    const scopes = donorIneligible.see(memory, ineligible).map(({ data }) => data['scope'] ?? data['params']);
    expect(scopes).not.toContain('whole-batch');
    expect(scopes).toContainEqual(expect.objectContaining({ physician: 'staff-0042' }));
  });

  it('is like any other again when the start of the conditioning was taken back', () => {
    const memory = donorIneligible.initial();
    const started = conditioned(1);
    for (const event of [...made, started]) donorIneligible.see(memory, event);
    donorIneligible.unsee?.(memory, started);
    expect(donorIneligible.see(memory, ineligible)).toMatchObject([{ data: { scope: 'whole-batch' } }]);
  });

  it('escalates the same for every interleaving, restarts included', () => {
    const log = [...made, conditioned(1), ineligible];
    const expected = acts(donorIneligible, ...log).filter(({ type }) => type.includes('deviation'));
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = [...actionsOver(donorIneligible, shuffled, { restartAt }).values()];
        expect(actions.filter(({ type }) => type.includes('deviation'))).toEqual(expected);
      }),
    );
  });
});

describe('a withdrawn consent', () => {
  const RULE = 'policy.withdrawal-of-conditioned-patient';

  it('never holds the unit of a conditioned patient, and holds that of any other', () => {
    expect(taken(consentWithdrawn, ...made, withdrawal)).toEqual(['whole-batch']);
    expect(taken(consentWithdrawn, ...made, conditioned(1), withdrawal)).toEqual([{ units: [unitId(1), unitId(3)] }]);
    expect(told(consentWithdrawn, ...made, conditioned(1), withdrawal)).toEqual(escalated(RULE));
    expect(told(consentWithdrawn, ...made, withdrawal)).toEqual([]);
  });

  it('of the patient’s own cells escalates too', () => {
    const own = [registered(1, 'donor-0001', { kind: 'autologous' }), ...made.slice(1)];
    expect(told(consentWithdrawn, ...own, conditioned(1), withdrawal)).toEqual(escalated(RULE));
  });

  it('that says nothing of material reaches nobody', () => {
    expect(acts(consentWithdrawn, ...made, conditioned(1), withdrawn('donor-0001', { effect: 'none-on-material' }))).toEqual([]);
  });

  it('tells when the conditioning is recorded after the hold', () => {
    expect(told(consentWithdrawn, ...made, withdrawal, conditioned(1))).toEqual(escalated(RULE));
  });
});

describe('the decision after a withdrawal', () => {
  const hold = held(1, withdrawal.id);
  const lifts = (...log: Seen[]) =>
    acts(consentWithdrawn, ...log)
      .filter(({ type }) => type === 'batch.hold-lifted.v1')
      .map(({ target, data }) => [target, data['restriction'], data['cause']]);

  it.each(['keep', 'research-stopped'])('to %s lifts the hold, whichever is recorded first', (decision) => {
    const made_ = decided('donor-0001', withdrawal.id, 1, decision);
    const lifted = [[batchId(1), hold.id, made_.id]];
    expect(lifts(...made, withdrawal, hold, made_)).toEqual(lifted);
    expect(lifts(...made, withdrawal, made_, hold)).toEqual(lifted);
  });

  it('to destroy leaves it held', () => {
    expect(lifts(...made, withdrawal, hold, decided('donor-0001', withdrawal.id, 1, 'destroy'))).toEqual([]);
  });

  it('that is changed to destroy holds it again, and can be changed back', () => {
    const keep = decided('donor-0001', withdrawal.id, 1, 'keep');
    const destroy = decided('donor-0001', withdrawal.id, 1, 'destroy', 1);
    const log = [...made, withdrawal, hold, keep, destroy];
    const again = acts(consentWithdrawn, ...log).filter(({ type, cause }) => type === 'batch.held.v1' && cause.id === destroy.id);
    expect(again).toMatchObject([{ data: { scope: 'whole-batch', cause: withdrawal.id } }]);
    const second: Seen = { ...held(1, withdrawal.id, { units: [unitId(1)] }) };
    const keepAfterAll = decided('donor-0001', withdrawal.id, 1, 'keep', 2);
    expect(new Set(lifts(...log, second, keepAfterAll).map(([, id]) => id))).toEqual(new Set([hold.id, second.id]));
  });

  it('lets what is made of a kept batch later be used', () => {
    const log = [...made, shipped(1, 1), withdrawal, decided('donor-0001', withdrawal.id, 1, 'keep'), split(1, 4)];
    expect(taken(consentWithdrawn, ...log)).toEqual([{ units: [unitId(2), unitId(3)] }]);
  });

  it('is about this withdrawal: another one holds again', () => {
    const other = withdrawn('donor-0001', { purposes: ['therapy'] });
    const log = [...made, withdrawal, hold, decided('donor-0001', withdrawal.id, 1, 'keep'), other];
    expect(
      acts(consentWithdrawn, ...log).filter(({ type, cause }) => type === 'batch.held.v1' && cause.id === other.id),
    ).toHaveLength(1);
  });

  it('lifts no hold that was laid for another reason', () => {
    const foreign: Seen = {
      ...held(1, withdrawal.id),
      data: { scope: 'whole-batch', reason: 'deviation', cause: withdrawal.id },
    };
    expect(lifts(...made, withdrawal, foreign, decided('donor-0001', withdrawal.id, 1, 'keep'))).toEqual([]);
  });
});

describe('an excursion beyond the limit', () => {
  const RULE = 'policy.excursion-of-conditioned-patient';
  const load = listed(1, [1, 1], [1, 2]);

  it('holds what travels, but not the unit of a conditioned patient', () => {
    expect(taken(excursionBeyondLimit, ...made, load, excursion(1))).toEqual([{ units: [unitId(1), unitId(2)] }]);
    const log = [...made, conditioned(1), load, excursion(1)];
    expect(taken(excursionBeyondLimit, ...log)).toEqual([{ units: [unitId(1)] }]);
    expect(told(excursionBeyondLimit, ...log)).toEqual(escalated(RULE));
  });

  it('that only the conditioned patient’s unit travelled through holds nothing', () => {
    const log = [...made, conditioned(1), listed(1, [1, 2]), excursion(1)];
    expect(taken(excursionBeyondLimit, ...log)).toEqual([]);
    expect(told(excursionBeyondLimit, ...log)).toEqual(escalated(RULE));
  });

  it('tells when the unit is listed, allocated or its patient conditioned afterwards', () => {
    for (const log of [
      [...made, conditioned(1), excursion(1), load],
      [...made, load, excursion(1), conditioned(1)],
      [...made.slice(0, 3), conditioned(1), load, excursion(1), allocated(1, 2, 1)],
    ]) {
      expect(told(excursionBeyondLimit, ...log)).toEqual(escalated(RULE));
    }
  });

  it('tells nothing of a unit that travelled in another shipment', () => {
    expect(told(excursionBeyondLimit, ...made, conditioned(1), listed(1, [1, 1]), listed(2, [1, 2]), excursion(1))).toEqual([]);
  });

  it('within the limit does nothing to anybody', () => {
    expect(acts(excursionBeyondLimit, ...made, conditioned(1), load, excursion(1, { beyondLimit: false }))).toEqual([]);
  });
});
