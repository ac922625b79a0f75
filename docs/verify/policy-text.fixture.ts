import { formatVkey, POLICY_HEADER, type Policy, type PolicyKey, type PolicyWitness } from '@cytoledger/attest';

/** The file in which a policy would stand. */
export function policyText(policy: Policy): string {
  const line = (role: string) => (key: PolicyKey | PolicyWitness) =>
    `${role} ${formatVkey(key)}${'ofOperator' in key && key.ofOperator ? ' operator' : ''} from=${key.from} below=${key.below}`;
  return [
    POLICY_HEADER,
    `version ${policy.version}`,
    `origin ${policy.origin}`,
    ...policy.log.map(line('log')),
    ...policy.receipts.map(line('receipts')),
    ...policy.witnesses.map(line('witness')),
    ...policy.monitors.map(line('monitor')),
    ...policy.organisations.map(line('organisation')),
    `quorum ${policy.quorum}`,
    `monitors ${policy.monitorQuorum}`,
    `delta ${policy.delta}`,
    '',
  ].join('\n');
}
