import type { Caller } from '@cytoledger/service-kit';
import type { Viewer } from './query/viewer.ts';

/** What a token's bearer is to a trace; of several roles the one that sees most. Undefined for roles that ask no traces. */
export function viewerOf({ org, person, roles, batches }: Caller): Viewer | undefined {
  const has = (...prefixes: readonly string[]) => roles.some((role) => prefixes.some((prefix) => role.startsWith(prefix)));
  if (has('oversight')) return { kind: 'oversight', org };
  if (has('lab.')) return { kind: 'laboratory', org };
  if (has('hospital.')) return { kind: 'hospital', org };
  if (has('qc.')) return { kind: 'testing-laboratory', org };
  if (has('courier')) return { kind: 'carrier', org };
  if (has('auditor')) return { kind: 'auditor', org, granted: new Set(batches.map((batch) => `batch-${batch}`)) };
  if (has('patient') && person !== null) return { kind: 'patient', org, patient: person };
  return undefined;
}
