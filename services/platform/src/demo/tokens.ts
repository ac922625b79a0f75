import { ROLES } from '@cytoledger/service-kit';
import type { LocalIssuer } from '../issuer.ts';
import type { Cast } from './cast.ts';
import type { Scenario } from './step.ts';

/** Role, and `role@organisation` for every part in the cast → token. The bare role is that of the first in the cast who has it. */
export async function demoTokens(
  issuer: LocalIssuer,
  cast: Cast,
  scenarios: readonly Scenario[],
): Promise<Record<string, string>> {
  const granted = grants(scenarios);
  const parts = cast.members.flatMap(({ roles, org }) => roles.map((role) => `${role}@${org}`));
  const first = ROLES.flatMap((role) => parts.find((part) => part.startsWith(`${role}@`)) ?? []);
  const names = [...first.map((part) => [part.split('@')[0]!, part] as const), ...new Set(parts)].map((each) =>
    typeof each === 'string' ? ([each, each] as const) : each,
  );
  const tokens = names.map(
    async ([name, part]) => [name, await issuer.token({ ...cast.claims(part), ...granted(part) })] as const,
  );
  // No person of the cast: whoever runs a monitor of their own.
  const monitor = issuer.token({ org: 'demo-monitor', client_id: 'demo-monitor', roles: ['log.monitor'] });
  return { ...Object.fromEntries(await Promise.all(tokens)), 'log.monitor': await monitor };
}

/** An auditor is granted every batch of the scenarios, the patient their own treatments. */
function grants(
  scenarios: readonly Scenario[],
): (part: string) => { batches?: readonly string[]; treatments?: readonly string[] } {
  const batches = scenarios.flatMap(({ points }) => Object.values((points['batches'] ?? {}) as Record<string, string>));
  const treatments = scenarios.flatMap(({ points }) => (points['patientsOwnTreatments'] ?? []) as string[]);
  return (part) => (part.startsWith('auditor@') ? { batches } : part.startsWith('patient@') ? { treatments } : {});
}
