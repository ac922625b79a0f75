import type { Rule } from '../kernel/index.ts';
import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, distinct, idIn, type Policy, type Seen, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { raised } from './raised.ts';

type Kind = 'failed' | 'changed';

type Memory = {
  /** By sample: batches that say of themselves that it is theirs, or that they rest on it. */
  readonly batches: Map<string, Set<string>>;
  /** By sample: reports that failed, and what was done to reports since. */
  readonly causes: Map<string, { readonly cause: Cause; readonly kind: Kind }[]>;
};

const NAME = 'report-against';
const NAMING = ['batch.unit-sampled.', 'batch.test-recorded.'] as const;
const REPORTED = ['sample.report-issued.', 'sample.report-revised.'] as const;
const CHANGED = ['sample.report-revised.', 'sample.report-withdrawn.'] as const;

/**
 * A laboratory writes in the record of its sample, and the batch is released by what stands in its own. A report that failed, was revised or was
 * withdrawn is said in every batch that names the sample, so that nobody relies on what the laboratory stands by no longer. Nothing is taken away by it:
 * the result has to be recorded in the batch, which shuts the gate where it failed. What a sample says of a batch that does not name it counts for nothing.
 */
export const reportAgainst: Policy<Memory> = {
  name: NAME,
  title: { en: 'Report failed, revised or withdrawn: say so in the batch', zh: '检验报告不合格、修订或撤回：记入批次' },
  interestedIn: ['sample.report-', ...NAMING],
  initial: () => ({ batches: new Map(), causes: new Map() }),

  see: ({ batches, causes }, event) => {
    if (event.corrects !== undefined) return []; // a correction changes no result
    if (NAMING.some((prefix) => event.type.startsWith(prefix))) {
      const { sample } = event.data as { readonly sample?: string };
      if (sample === undefined) return [];
      const known = entryOf(batches, sample, () => new Set<string>());
      const batch = idIn(event.stream);
      if (known.has(batch)) return [];
      known.add(batch);
      return distinct((causes.get(sample) ?? []).map((each) => saying(each, batch)));
    }
    const kind = kindOf(event);
    if (kind === null) return [];
    const sample = idIn(event.stream);
    const found = { cause: causeOf(event), kind };
    entryOf(causes, sample, () => []).push(found);
    return distinct([...(batches.get(sample) ?? [])].map((batch) => saying(found, batch)));
  },

  unsee: ({ causes }, { id, stream }) => {
    const sample = idIn(stream);
    const held = causes.get(sample);
    if (held) causes.set(sample, withoutCause(held, id));
    return [];
  },
};

const RULES: Readonly<Record<Kind, Rule>> = { failed: policyRules.reportFailed, changed: policyRules.reportChanged };

function saying({ cause, kind }: { readonly cause: Cause; readonly kind: Kind }, batch: string): Action {
  return raised(NAME, RULES[kind], cause, 'batch', batch);
}

function kindOf({ type, data }: Seen): Kind | null {
  const { results = [] } = data as { readonly results?: readonly { readonly verdict: string }[] };
  const isReport = REPORTED.some((prefix) => type.startsWith(prefix));
  if (isReport && results.some(({ verdict }) => verdict === 'fail')) return 'failed';
  return CHANGED.some((prefix) => type.startsWith(prefix)) ? 'changed' : null;
}
