import { describe, expect, it } from 'vitest';
import { facts } from '../catalogue.ts';
import { actionsOver } from './following.ts';
import { policies } from './index.ts';
import type { Seen } from './policy.ts';
import * as sightings from './sightings.ts';

const {
  allocated,
  approvedCorrection,
  assessed,
  conditioned,
  consumed,
  determined,
  discarded,
  excursion,
  infused,
  initiatedRecall,
  listed,
  lotRecalled,
  lotUsed,
  mediumUsed,
  origins,
  prepared,
  received,
  registered,
  reported,
  returned,
  sampled,
  shipped,
  split,
  tested,
  withdrawn,
  informed,
  retested,
} = sightings;

const log: readonly Seen[] = [
  registered(1, 'donor-0001'),
  origins(1, [1]),
  split(1, 1, 2, 3, 4, 5, 6),
  shipped(1, 3),
  received(1, 4),
  discarded(1, 5),
  consumed(1, 6),
  returned(1, 6),
  infused(1, 1, 1),
  listed(1, [1, 2]),
  tested(1, 'fail'),
  determined('donor-0001', 'ineligible'),
  withdrawn('donor-0001'),
  informed('donor-0001'),
  retested('donor-0001', 'reactive'),
  excursion(1),
  assessed(1, 'not-acceptable'),
  allocated(1, 2, 2),
  conditioned(2),
  prepared(2, 1),
  lotUsed(1, 2),
  mediumUsed(1, 1),
  lotRecalled(1),
  initiatedRecall(1, [1]),
  sampled(1, 1),
  reported(1, 'fail'),
  approvedCorrection(1),
];

describe.each(policies.map((policy) => [policy.name, policy] as const))('the policy %s', (name, policy) => {
  const actions = [...actionsOver(policy, log).values()];

  it('asks for facts that exist, with data that they take', () => {
    expect(actions.length).toBeGreaterThan(0);
    for (const { type, data } of actions) {
      expect(facts.has(type), type).toBe(true);
      expect(facts.get(type)?.schema.safeParse(data).error).toBeUndefined();
    }
  });

  it('is interested in types that exist', () => {
    const types = [...facts.keys()];
    for (const prefix of policy.interestedIn)
      expect(
        types.filter((type) => type.startsWith(prefix)),
        prefix,
      ).not.toEqual([]);
  });

  it('has a title in both languages and the name that its events carry', () => {
    expect(policy.title.zh).toMatch(/\p{Script=Han}/u);
    expect(policy.title.en).toMatch(/\S/);
    expect(new Set(actions.map((action) => action.policy))).toEqual(new Set([name]));
  });

  it('never looks at what it is not interested in', () => {
    for (const { type } of log.filter((event) => !policy.interestedIn.some((prefix) => event.type.startsWith(prefix)))) {
      const others = log.filter((event) => event.type !== type);
      expect([...actionsOver(policy, others).values()]).toEqual(actions);
    }
  });
});

it('policies are specified with events that the facts would take', () => {
  for (const { type, data } of log) expect(facts.get(type)?.schema.safeParse(data).error, type).toBeUndefined();
});
