import { batches, facts, logs } from '@cytoledger/domain';
import { recall } from '@cytoledger/recall';
import { ROLES, type Service } from '@cytoledger/service-kit';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { chosenServices, commandServices } from './services.ts';

const services: readonly Service[] = [...commandServices(), recall({} as never)];
const carried = services.flatMap(({ facts: single, pairs }) => [
  ...single.map(({ fact, permission }) => ({ type: fact.type, permission })),
  ...pairs.flatMap(({ first, second }) => [
    { type: first.fact.type, permission: first.permission },
    { type: second.fact.type, permission: second.permission },
  ]),
]);

/** The store's own stream is written by the platform alone. */
const OWN = [logs.created, logs.succeeded, logs.deviationRaised, logs.deviationClosed].map(({ type }) => type);

describe('the routes of all services', () => {
  it('carry every fact and authorisation, so that nothing that happens has no way in', () => {
    const postable = [...facts.values()].filter(({ kind, type }) => kind !== 'derived' && !OWN.includes(type));
    expect(postable.map(({ type }) => type).filter((type) => !carried.some((route) => route.type === type))).toEqual([]);
  });

  it('carry nothing that only the platform derives', () => {
    expect(carried.filter(({ type }) => facts.get(type)?.kind === 'derived')).toEqual([]);
  });

  it('carry each fact once: one meaning of a type, one permission', () => {
    const seconds = new Map(services.flatMap(({ pairs }) => pairs.map(({ second }) => [second.fact.type, second.permission])));
    // What follows on several facts is the same record each time, and is asked for the same permission.
    const others = carried.filter(({ type, permission }) => seconds.get(type) !== permission).map(({ type }) => type);
    expect(others.filter((type, n) => others.indexOf(type) !== n || seconds.has(type))).toEqual([]);
  });

  it('are open to somebody, and to roles that tokens can carry', () => {
    expect(
      carried.filter(({ permission }) => permission.by.length === 0 || !permission.by.every((role) => ROLES.includes(role))),
    ).toEqual([]);
  });

  it('let no stranger go on with a record that somebody else opened', () => {
    const open = carried.filter(({ type, permission }) => facts.get(type)?.opens === 'either' && permission.as === 'any');
    expect(open.map(({ type }) => type)).toEqual([]);
  });

  it('let an organisation say of itself only that it received or sent units', () => {
    const said = services.flatMap((each) => each.facts).filter(({ fact }) => /unit-(received|shipped)/.test(fact.type));
    expect(said.map(({ fact, ownOrganisation }) => [fact.type, ownOrganisation])).toEqual([
      [batches.unitReceived.type, 'to'],
      [batches.unitShipped.type, 'from'],
    ]);
  });

  it('let nobody but the owner say what became of a batch', () => {
    const dispositions: string[] = [
      batches.released.type,
      batches.conditionallyReleased.type,
      batches.exceptionallyReleased.type,
      batches.conditionalReleaseClosed.type,
      batches.specificationRebound.type,
      batches.rejected.type,
    ];
    const found = carried.filter(({ type }) => dispositions.includes(type));
    expect(found.map(({ permission }) => permission.as)).toEqual(dispositions.map(() => ['owner']));
  });
});

describe('SERVICES', () => {
  it('names what a process mounts; all where it is empty', () => {
    expect(chosenServices(services, ['infusion']).map(({ name }) => name)).toEqual(['infusion']);
    expect(chosenServices(services, [])).toEqual(services);
  });

  it('refuses a name that no service has, and says which there are', () => {
    expect(() => chosenServices(services, ['bedside'])).toThrow(ConfigError);
  });
});
