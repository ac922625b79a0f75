import { ClientError } from './errors.ts';

/** Where an event type is posted, as the platform's own OpenAPI document says. */
export type Route = {
  readonly type: string;
  /** With `:name` for each parameter. */
  readonly path: string;
  /** Parameter that is the id of the stream. */
  readonly target: string;
  /** Other parameters, and the member of `data` that each repeats. */
  readonly fill: Readonly<Record<string, string>>;
  /** Where two contents go in one request: the members that hold them. */
  readonly pair: { readonly first: string; readonly second: string } | null;
};

type Operation = {
  readonly 'x-event-type'?: string;
  readonly 'x-stream'?: string;
  readonly 'x-path'?: string;
  readonly 'x-fill'?: Readonly<Record<string, string>>;
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: PairSchema }>> };
};

type PairSchema = { readonly required?: readonly string[]; readonly properties?: Readonly<Record<string, unknown>> };

type Document = { readonly paths?: Readonly<Record<string, { readonly post?: Operation }>> };

/** Reads the routes out of `/openapi.json` (its `x-event-type`, `x-stream`, `x-path` and `x-fill`). */
export function routesIn(document: unknown): ReadonlyMap<string, Route> {
  const { paths = {} } = (document ?? {}) as Document;
  const routes = new Map<string, Route>();
  for (const { post } of Object.values(paths)) {
    const type = post?.['x-event-type'];
    const path = post?.['x-path'];
    const target = /\{(\w+)\}$/.exec(post?.['x-stream'] ?? '')?.[1];
    if (!post || !type || !path || !target) continue;
    const fill = Object.fromEntries(Object.entries(post['x-fill'] ?? {}).map(([member, parameter]) => [parameter, member]));
    routes.set(type, { type, path, target, fill, pair: pairOf(post) });
  }
  return routes;
}

function pairOf({ requestBody }: Operation): Route['pair'] {
  const { properties, required } = requestBody?.content?.['application/json']?.schema ?? {};
  if (!properties) return null;
  const first = required?.[0];
  const second = Object.keys(properties).find((name) => name !== first);
  return first !== undefined && second !== undefined ? { first, second } : null;
}

/** @throws ClientError `no-route` when the data does not hold what the path asks for */
export function pathOf(route: Route, target: string, data: unknown): string {
  return route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    if (name === route.target) return encodeURIComponent(target);
    const value = (data as Record<string, unknown> | null)?.[route.fill[name] ?? name];
    if (typeof value !== 'string')
      throw new ClientError('no-route', `${route.type}: the path ${route.path} needs data.${route.fill[name] ?? name}`);
    return encodeURIComponent(value);
  });
}
