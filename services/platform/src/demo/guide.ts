import type { JsonObject } from '@cytoledger/attest';
import type { Demo } from './demo.ts';
import type { Scenario } from './step.ts';

type Bag = {
  readonly batch: string;
  readonly unit: string;
  readonly treatment: string;
  readonly ask: string;
  readonly why?: string;
};
type Line = { readonly says: string; readonly route: string; readonly path: string; readonly as: string };

/** Where to look first: lines that can be pasted into a shell as they are. Of the routes, those that this process has. */
export function guide(url: string, { folder, tokens, scenarios }: Demo, routes: ReadonlySet<string>): string {
  const asks = scenarios
    .flatMap(lines)
    .filter(({ route }) => routes.has(route))
    .flatMap(({ says, path, as }) => ['', says, `  curl -s '${url}${path}' -H 'authorization: Bearer ${tokens[as]}'`]);
  return [
    ...asks,
    '',
    `API reference  ${url}${routes.has('/docs') ? '/docs' : '/openapi.json'}`,
    `Tokens         ${folder}/tokens.json (role → token)`,
    ...(scenarios.length > 0 ? [`Identifiers    ${folder}/scenarios.json`] : []),
    `Listening on   ${url}`,
    '',
  ].join('\n');
}

/** Paths of the platform's own description, e.g. `/v1/batches/{batchId}/history`. */
export async function routesOf(url: string): Promise<ReadonlySet<string>> {
  const { paths = {} } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths?: JsonObject };
  const docs = await fetch(`${url}/docs`, { method: 'HEAD' });
  return new Set([...Object.keys(paths), ...(docs.ok ? ['/docs'] : [])]);
}

function lines({ points }: Scenario): Line[] {
  const { A: batch } = (points['batches'] ?? {}) as Record<string, string>;
  const donor = points['ineligibleDonor'];
  const lot = points['recalledLot'] as { readonly supplier: string; readonly lot: string } | undefined;
  return [
    ...(batch
      ? [
          {
            says: "A batch's whole history:",
            route: '/v1/batches/{batchId}/history',
            path: `/v1/batches/${batch}/history`,
            as: 'lab.qa',
          },
        ]
      : []),
    ...(lot
      ? [
          {
            says: `Who has how many of what holds the recalled lot ${lot.lot}:`,
            route: '/v1/traces/failures',
            path: `/v1/traces/failures?lot=${lot.lot}&supplier=${encodeURIComponent(lot.supplier)}`,
            as: 'oversight',
          },
        ]
      : []),
    ...(typeof donor === 'string'
      ? [
          {
            says: 'Who was exposed to a donor found ineligible:',
            route: '/v1/traces/recipients',
            path: `/v1/traces/recipients?donor=${donor}`,
            as: 'oversight',
          },
        ]
      : []),
    ...bag(points['mayBeGiven'], 'Gate of a bag that may be given (green):'),
    ...bag(points['mayNotBeGiven'], 'Gate of a bag that may not (red):'),
  ];
}

function bag(point: JsonObject[string] | undefined, says: string): Line[] {
  if (point === undefined) return [];
  const { batch, unit, treatment, ask, why } = point as unknown as Bag;
  return [
    {
      says: why ? says.replace('(red)', `(red: ${why})`) : says,
      route: '/v1/batches/{batchId}/units/{unitId}/gate',
      path: `/v1/batches/${batch}/units/${unit}/gate?treatment=${treatment}`,
      as: ask,
    },
  ];
}
