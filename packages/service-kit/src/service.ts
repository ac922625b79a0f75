import type { Readable } from 'node:stream';
import type { Commands } from '@cytoledger/commands';
import type { AnyFact, Relation } from '@cytoledger/domain';
import type { z } from 'zod';
import type { Permission } from './access.ts';
import type { Caller } from './caller.ts';
import type { Language } from './problem.ts';
import type { Role } from './roles.ts';

/** Names its routes, what they carry and who may send it; the kit does the rest. */
export type Service = {
  readonly name: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly facts: readonly FactRoute[];
  readonly pairs: readonly PairRoute[];
  readonly queries: readonly QueryRoute[];
  /** What whoever reaches the port may ask, without a token. */
  readonly open?: readonly OpenRoute[];
  /** Why this service is not ready to be asked; empty when it is. */
  readonly notReady?: () => Promise<readonly string[]> | readonly string[];
  readonly start?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
};

/** One fact on one path. */
export type FactRoute = {
  readonly path: string;
  /** Path parameter that is the target's id. */
  readonly target: string;
  readonly fact: AnyFact;
  readonly permission: Permission;
  /** `data` member → path parameter: what the path says need not be said again. */
  readonly fill: Readonly<Record<string, string>>;
  /** Member of `data` that must name the caller's own organisation. */
  readonly ownOrganisation?: string;
};

/** Two contents in one request, stored in this order; the second may be missing. */
export type PairRoute = {
  readonly path: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly first: FactRoute & { readonly member: string };
  /** Target of the second: a member of the first's data. */
  readonly second: {
    readonly member: string;
    readonly fact: AnyFact;
    readonly targetIn: string;
    readonly permission: Permission;
  };
};

export type QueryRoute = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly description?: string;
  readonly permission: { readonly by: readonly Role[] };
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** It takes application/x-ndjson: `body` of the question is a Readable of bytes, and how many it reads is its own affair. */
  readonly takesLines?: true;
  /** Media types that it can answer with; the first is the default. */
  readonly produces?: readonly string[];
  handle(question: Question): Promise<Answer> | Answer;
};

/** A route that needs no token: what is public, or proves by itself that it may be said. */
export type OpenRoute = Pick<QueryRoute, 'title' | 'description' | 'produces'> & {
  readonly method: 'GET' | 'POST';
  /** May end in `*`: the rest of the path is then the parameter `*`. */
  readonly path: string;
  handle(question: OpenQuestion): Promise<Answer> | Answer;
};

export type OpenQuestion = Pick<Question, 'params' | 'signal'> & {
  /** What was sent as text/plain; empty for GET. */
  readonly text: Buffer;
};

export type Question = {
  readonly caller: Caller;
  readonly language: Language;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly commands: Commands;
  /** One of {@link QueryRoute.produces}, by the Accept header or `?format=`. */
  readonly accepts: string;
  readonly correlation: string;
  /** Header `Last-Event-ID`: what a reader of server-sent events had last (WHATWG HTML §9.2.4). */
  readonly lastEventId: string | undefined;
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** The process is about to stop: what would be answered without end ends now. */
  readonly stopping: AbortSignal;
};

export type Answer = {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown | Readable;
};

type FactOptions = {
  readonly by: readonly Role[];
  readonly as: readonly Relation[] | 'any';
  readonly fill?: Readonly<Record<string, string>>;
  readonly ownOrganisation?: string;
};

/** What every aggregate has: deviations raised and closed, entries corrected. */
export type UpkeepFacts = { readonly raised: AnyFact; readonly closed: AnyFact; readonly corrected: AnyFact };

/** The three of an aggregate's module, by the names that every such module gives them. */
export function upkeepOf(module: { deviationRaised: AnyFact; deviationClosed: AnyFact; corrected: AnyFact }): UpkeepFacts {
  return { raised: module.deviationRaised, closed: module.deviationClosed, corrected: module.corrected };
}

type UpkeepOptions = FactOptions & {
  /** Who may close a deviation. */
  readonly closedBy: readonly Role[];
  /** Who may correct; those who may raise deviations, unless said otherwise. */
  readonly correctedBy?: readonly Role[];
  readonly correctedAs?: readonly Relation[];
};

export type ServiceBuilder = {
  /** `POST /v1/batches/:batchId/splits`; the first path parameter is the target unless said otherwise. */
  fact(route: `POST ${string}`, fact: AnyFact, options: FactOptions): void;
  /** `…/deviations`, `…/deviations/:deviation/closure` and `…/corrections` below a resource. */
  upkeep(path: `/v1/${string}`, facts: UpkeepFacts, options: UpkeepOptions): void;
  pair(
    route: `POST ${string}`,
    pair: Omit<PairRoute, 'path' | 'first'> & { first: FactOptions & { member: string; fact: AnyFact } },
  ): void;
  query(route: `${'GET' | 'POST'} ${string}`, query: Omit<QueryRoute, 'method' | 'path'>): void;
  open(route: `${'GET' | 'POST'} ${string}`, open: Omit<OpenRoute, 'method' | 'path'>): void;
};

type Lifecycle = Pick<Service, 'notReady' | 'start' | 'stop'>;

export function service(
  name: string,
  title: Service['title'],
  describe: (builder: ServiceBuilder) => void,
  lifecycle: Lifecycle = {},
): Service {
  const facts: FactRoute[] = [];
  const pairs: PairRoute[] = [];
  const queries: QueryRoute[] = [];
  const open: OpenRoute[] = [];
  const factRoute = (route: string, fact: AnyFact, { by, as, fill = {}, ownOrganisation }: FactOptions): FactRoute => {
    const path = route.slice('POST '.length);
    const target = /:(\w+)/.exec(path)?.[1];
    if (!target) throw new TypeError(`no target in ${route}`);
    return { path, target, fact, permission: { by, as }, fill, ...(ownOrganisation !== undefined && { ownOrganisation }) };
  };
  describe({
    fact: (route, fact, options) => facts.push(factRoute(route, fact, options)),
    upkeep: (path, { raised, closed, corrected }, { by, as, closedBy, correctedBy = by, correctedAs }) => {
      facts.push(
        factRoute(`POST ${path}/deviations`, raised, { by, as }),
        factRoute(`POST ${path}/deviations/:deviation/closure`, closed, { by: closedBy, as, fill: { deviation: 'deviation' } }),
        factRoute(`POST ${path}/corrections`, corrected, { by: correctedBy, as: correctedAs ?? as }),
      );
    },
    pair: (route, { first, ...rest }) =>
      pairs.push({
        ...rest,
        path: route.slice('POST '.length),
        first: { ...factRoute(route, first.fact, first), member: first.member },
      }),
    query: (route, query) => {
      const [method, path] = route.split(' ') as ['GET' | 'POST', string];
      queries.push({ method, path, ...query });
    },
    open: (route, given) => {
      const [method, path] = route.split(' ') as ['GET' | 'POST', string];
      open.push({ method, path, ...given });
    },
  });
  return { name, title, facts, pairs, queries, open, ...lifecycle };
}
