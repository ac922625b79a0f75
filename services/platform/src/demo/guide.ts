import type { Scenario } from './step.ts';

type Bag = { readonly batch: string; readonly unit: string; readonly treatment: string; readonly why?: string };

/** Where to look first: lines that can be pasted into a shell as they are. */
export function guide(
  url: string,
  tokens: Readonly<Record<string, string>>,
  scenarios: readonly Scenario[],
  folder: string,
): string {
  const ask = (role: string, path: string, more = '') =>
    `  curl -s '${url}${path}'${more} -H 'authorization: Bearer ${tokens[role] ?? ''}'`;
  const points = new Map(scenarios.map(({ name, points }) => [name.split('-')[0], points]));
  const knee = points.get('1');
  const lookBack = points.get('4');
  const batches = (knee?.['batches'] ?? {}) as Record<string, string>;
  const gate = (bag: Bag) => `/v1/batches/${bag.batch}/units/${bag.unit}/gate?treatment=${bag.treatment}`;
  const lines = [
    '',
    `API reference      ${url}/openapi.json`,
    `Tokens by role     ${folder}/tokens.json`,
    ...(scenarios.length > 0 ? [`Identifiers        ${folder}/scenarios.json`] : []),
  ];
  if (batches['A']) lines.push('', "A batch's whole history:", ask('lab.qa', `/v1/batches/${batches['A']}/history`));
  if (lookBack?.['ineligibleDonor']) {
    const donor = String(lookBack['ineligibleDonor']);
    lines.push(
      '',
      'Who was exposed to an ineligible donor (scenario 4):',
      ask('oversight', `/v1/traces/donor-recipients?donor=${donor}`),
    );
  }
  const green = lookBack?.['mayBeGiven'] as Bag | undefined;
  const red = lookBack?.['mayNotBeGiven'] as Bag | undefined;
  if (green) lines.push('', 'The gate of a bag that may be given (green):', ask('hospital.nurse', gate(green)));
  if (red) lines.push('', `The gate of a bag that may not (red: ${red.why ?? ''}):`, ask('hospital.nurse', gate(red)));
  return `${lines.join('\n')}\n`;
}
