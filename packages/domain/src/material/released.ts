import { z } from 'zod';
import { openDeviations } from '../deviation/index.ts';
import { authorisation, broken, type Check, type Context, record } from '../kernel/index.ts';
import { standingReports } from '../sample/reports.ts';
import { sample } from '../sample/state.ts';
import { localDateOf } from '../time/index.ts';
import { LIST_LIMIT, Sha256, SiteCode } from '../vocabulary/index.ts';
import { lotOf, lotsBehind, parentsOf } from './fitness.ts';
import { materialRules } from './rules.ts';
import { type MaterialState, material } from './state.ts';

const MEANING = 'material-release';

/** Roles that may say that a lot can be used. */
const RELEASING_ROLES: readonly string[] = ['lab.qa', 'lab.qp'];

/** Quality assurance says that the lot may be used: by its certificate or its reports, and only where nothing that it was made of speaks against it. */
export const released = authorisation(material, 'released', {
  title: { en: 'Material released for use', zh: '物料放行' },
  signatures: { meaning: MEANING, count: 1 },
  schema: z.strictObject({
    documents: z
      .array(z.strictObject({ title: SiteCode, digest: Sha256 }))
      .max(LIST_LIMIT)
      .optional()
      .describe('What was reviewed beside the record'),
  }),

  decide: (_data, state, context) => {
    const reports = reportFaults(state, context);
    const day = context.occurredAt === null ? null : localDateOf(context.occurredAt);
    const { lot } = lotOf(state);
    return record(
      state.disposition?.kind === 'rejected' && broken(materialRules.rejectedBefore, '', { lot }),
      state.recall !== null && broken(materialRules.releaseRecalled, '', lotOf(state)),
      state.expiry !== null &&
        (day === null || state.expiry < day) &&
        broken(materialRules.releaseExpired, '', { lot, expiry: state.expiry }),
      state.made === 'received' &&
        !state.certified &&
        !reports.passed &&
        broken(materialRules.releaseWithoutEvidence, '', { lot }),
      reports.faults,
      parentFaults(state, context),
      openDeviations(state)
        .filter((deviation) => deviation.class === 'critical')
        .map((deviation) => broken(materialRules.releaseDeviation, '', { rule: deviation.rule ?? deviation.id })),
      unsignedFault(state, context),
    );
  },

  evolve: (state, { id }) => {
    state.disposition = { event: id, kind: 'released' };
  },
});

function unsignedFault({ owner }: MaterialState, { signers }: Context): Check {
  const signed = signers.some(
    ({ org, person, roles, meaning }) =>
      org === owner && person !== null && meaning === MEANING && roles.some((role) => RELEASING_ROLES.includes(role)),
  );
  return !signed && broken(materialRules.releaseUnsigned, '//signatures', { roles: RELEASING_ROLES.join(' / ') });
}

function parentFaults(state: MaterialState, context: Context): Check {
  const parents = parentsOf(state).filter((id) => id !== state.id);
  if (parents.length === 0) return undefined;
  return lotsBehind(parents, context).map(({ id, state: parent }) => {
    if (!parent?.made) return broken(materialRules.releaseParentUnknown, '', { material: id });
    if (id === state.id) return undefined;
    return [
      parent.recall !== null && broken(materialRules.releaseParentRecalled, '', lotOf(parent, state.owner)),
      parent.disposition?.kind === 'rejected' && broken(materialRules.releaseParentRejected, '', lotOf(parent, state.owner)),
      parent.disposition === null && broken(materialRules.releaseParentUnreleased, '', lotOf(parent, state.owner)),
    ];
  });
}

/** What the laboratories say of its samples, as far as their reports stand. */
function reportFaults({ samples, owner }: MaterialState, context: Context): { readonly passed: boolean; readonly faults: Check } {
  if (samples.size === 0) return { passed: false, faults: undefined };
  let passed = false;
  const faults = [...context.states(sample, [...samples.keys()])].map(([id, state]): Check => {
    // A sample of another organisation says nothing here: neither for the lot nor of itself.
    const reports = state && state.owner === owner ? standingReports(state) : [];
    if (reports.length === 0) return broken(materialRules.releaseUnreported, '', { sample: id });
    const failed = reports.flatMap((report) => report.failed);
    passed ||= failed.length === 0;
    return failed.map((test) => broken(materialRules.releaseFailed, '', { sample: id, test }));
  });
  return { passed, faults };
}
