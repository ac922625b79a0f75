import { randomUUID } from 'node:crypto';
import type { Commands, Submission } from '@cytoledger/commands';
import type { Relation } from '@cytoledger/domain';
import { recall } from '@cytoledger/recall';
import { type Caller, createApp, createMetrics, type FactRoute, ROLES, type Role, type Service } from '@cytoledger/service-kit';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { commandServices } from '../services.ts';
import { type Action, RECORDING } from './access-table.fixture.ts';
import { spelledOut } from './spelled-out.fixture.ts';

/** Every relation that an organisation can stand in, alone; `none`: it is there and not theirs; `absent`: there is no such thing. */
const STANDINGS = [
  'owner',
  'custodian',
  'treating-site',
  'procurement-site',
  'testing-laboratory',
  'subject',
  'none',
  'absent',
] as const satisfies readonly (Relation | 'none' | 'absent')[];
type Standing = (typeof STANDINGS)[number];

const ORG = 'org-a';

const named = new Map<string, Action>();
for (const action of RECORDING)
  for (const route of action.routes.flatMap(spelledOut)) {
    if (named.has(route)) throw new Error(`the table names ${route} twice`);
    named.set(route, action);
  }

/** As if nothing but the permission could stand in the way: what a fact holds is not asked here. */
function bare<R extends Pick<FactRoute, 'fact'>>(route: R): R {
  return { ...route, fact: { ...route.fact, schema: z.looseObject({}), personal: [] } };
}

const declared: readonly Service[] = [...commandServices(), recall({} as never)];
const services: readonly Service[] = declared.map((service) => ({
  name: service.name,
  title: service.title,
  facts: service.facts.map((route) => bare(route)),
  pairs: service.pairs.map((pair) => ({ ...pair, first: bare(pair.first), second: bare(pair.second) })),
  queries: [],
}));
const routes: readonly Pick<FactRoute, 'path' | 'fact' | 'ownOrganisation'>[] = services.flatMap(({ facts, pairs }) => [
  ...facts,
  ...pairs.map(({ path, first }) => ({ ...first, path })),
]);
/** The second contents of pairs, which have no route of their own: tried in bulk. */
const seconds: typeof routes = services.flatMap(({ pairs }) =>
  pairs.map(({ path, second }) => ({ ...second, path: `${path} ${second.member}` })),
);
const carried = [...routes, ...seconds];
const keyOf = (path: string) => `POST ${path.slice('/v1/'.length)}`;

let standing: Standing = 'none';
const relationsNow = (): readonly Relation[] => (standing === 'none' || standing === 'absent' ? [] : [standing]);
const commands = {
  submit: async ({ permit }: Submission) => {
    permit?.(standing === 'absent' ? null : relationsNow());
    return { kind: 'recorded', replayed: false, receipt: { stream: 's', seq: 0 }, findings: [], warnings: [] };
  },
  read: async () => ({ head: standing === 'absent' ? null : {}, state: {} }),
} as unknown as Commands;

const callers = new Map<string, Caller>(
  ROLES.map((role) => [
    `Bearer ${role}`,
    { org: ORG, person: 'staff-0001', roles: [role], client: null, treatments: [], batches: [] },
  ]),
);

let app: FastifyInstance;
beforeAll(async () => {
  for (const aggregate of new Set(routes.map(({ fact }) => fact.aggregate)))
    vi.spyOn(aggregate, 'relations').mockImplementation(relationsNow);
  app = await createApp({
    services,
    commands,
    authenticate: (authorization) => callers.get(authorization ?? '')!,
    metrics: createMetrics(),
    version: '0',
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  vi.restoreAllMocks();
});

const IDS: Readonly<Record<string, string>> = { key: 'A'.repeat(43), person: 'donor-000001', staff: 'staff-0001', site: ORG };
const idOf = (aggregate: string) => IDS[aggregate] ?? '0192f5c4-0000-7000-8000-0000000000b0';

const eventId = () => randomUUID().replace(/^(.{14})./, '$17');

function statement({ ownOrganisation }: Pick<FactRoute, 'ownOrganisation'>): object {
  const data = ownOrganisation === undefined ? {} : { [ownOrganisation]: ORG };
  return { id: eventId(), occurredAt: null, capture: { mode: 'direct', precision: 'unknown' }, data };
}

async function tried(route: (typeof routes)[number], role: Role): Promise<number> {
  const path = route.path.replace(/:(\w+)/, idOf(route.fact.aggregate.name)).replaceAll(/:\w+/g, randomUUID());
  const pair = services.flatMap(({ pairs }) => pairs).find((each) => each.path === route.path);
  const said = statement(route);
  const { statusCode } = await app.inject({
    method: 'POST',
    url: path,
    headers: { authorization: `Bearer ${role}`, 'content-type': 'application/json' },
    payload: JSON.stringify(pair ? { [pair.first.member]: said } : said),
  });
  return statusCode;
}

/** May not know of it → 404; may know, not do → 403; may do → 201. What the table says, and the two sentences of the architecture. */
function expectedFor({ who }: Action, role: Role, at: Standing): number {
  const roles = new Set(Object.values(who).flat());
  if (who.anyone) return roles.has(role) ? 201 : 403;
  if (roles.has(role)) {
    if (at === 'absent' || role === 'oversight') return 201;
    if (at !== 'none' && who[at]?.includes(role)) return 201;
  }
  const mayKnow = role === 'oversight' || (at !== 'none' && at !== 'absent');
  return mayKnow ? 403 : 404;
}

describe('the table of who may do what', () => {
  it('names every route that records something', () => {
    const missing = carried.map(({ path }) => keyOf(path)).filter((route) => !named.has(route));
    expect(missing, 'write down in access-table.fixture.ts who may use these routes').toEqual([]);
  });

  it('names no route that is not there', () => {
    const known = new Set(carried.map(({ path }) => keyOf(path)));
    expect([...named.keys()].filter((route) => !known.has(route))).toEqual([]);
  });
});

describe.each(routes.map((route) => [keyOf(route.path), route] as const))('%s', (key, route) => {
  it.runIf(named.has(key))('is open to those whom the table names, in that relation, and to nobody else', async () => {
    const action = named.get(key)!;
    const found: string[] = [];
    const expected: string[] = [];
    for (const at of STANDINGS) {
      standing = at;
      for (const role of ROLES) {
        found.push(`${role} as ${at}: ${await tried(route, role)}`);
        expected.push(`${role} as ${at}: ${expectedFor(action, role, at)}`);
      }
    }
    expect(found).toEqual(expected);
  });
});

describe('bulk capture', () => {
  const tellable = carried.filter(({ path }) => named.has(keyOf(path)));

  it.each(ROLES)('lets %s record what the single routes let them record, and nothing else', async (role) => {
    for (const at of STANDINGS) {
      standing = at;
      const lines = tellable.map((route) => ({
        stream: `${route.fact.aggregate.name}-${idOf(route.fact.aggregate.name)}`,
        type: route.fact.type,
        ...statement(route),
      }));
      const answer = await app.inject({
        method: 'POST',
        url: '/v1/events',
        headers: { authorization: `Bearer ${role}`, 'content-type': 'application/x-ndjson' },
        payload: lines.map((line) => JSON.stringify(line)).join('\n'),
      });
      const outcomes = answer.body.trimEnd().split('\n');
      const told = (status: (n: number) => number) => tellable.map(({ fact }, n) => `${fact.type} as ${at}: ${status(n)}`);
      expect(told((n) => (JSON.parse(outcomes[n]!) as { status: number }).status)).toEqual(
        told((n) => expectedFor(named.get(keyOf(tellable[n]!.path))!, role, at)),
      );
    }
  });
});

describe('whatever the routes say', () => {
  const mayEver = (role: Role) =>
    [...named].filter(([, { who }]) => Object.values(who).flat().includes(role)).map(([route]) => route);

  it('patients, auditors and monitors of the log record nothing', () => {
    for (const role of ['patient', 'auditor', 'log.monitor'] as const) expect(mayEver(role)).toEqual([]);
  });

  it('the quality-control centre records nothing about cells or patients', () => {
    expect(mayEver('oversight').filter((route) => /^POST (persons|donations|batches|treatments|shipments)/.test(route))).toEqual(
      [],
    );
  });

  it('administrators record nothing about cells or patients', () => {
    for (const role of ['site.admin', 'platform.admin'] as const)
      expect(mayEver(role).filter((route) => !/^POST (sites|studies|products|staff|keys)/.test(route))).toEqual([]);
  });

  it('a hospital decides about no batch, and a laboratory about no treatment', () => {
    for (const [route, { who }] of named) {
      const roles = Object.values(who).flat();
      if (/releases|rejections|recalls$|lifting/.test(route) && route.startsWith('POST batches'))
        expect(roles.filter((role) => role.startsWith('hospital.'))).toEqual([]);
      if (route.startsWith('POST treatments')) expect(roles.filter((role) => !role.startsWith('hospital.'))).toEqual([]);
    }
  });
});
