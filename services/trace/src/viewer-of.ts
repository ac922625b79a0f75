import { type Caller, Refusal } from '@cytoledger/service-kit';
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

/** The same of who asks for records, and not for what they add up to. @throws Refusal 403 */
export function readerOf(caller: Caller): Viewer {
  const viewer = viewerOf(caller);
  if (viewer) return viewer;
  throw new Refusal({
    status: 403,
    code: 'role-asks-no-traces',
    title: { en: 'This role reads no records', zh: '该角色不得查阅记录' },
  });
}
