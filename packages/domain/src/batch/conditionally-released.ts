import { z } from 'zod';
import { authorisation, broken, type Check, personal, record, withPersonal } from '../kernel/index.ts';
import { LIST_LIMIT, Sha256, SiteCode } from '../vocabulary/index.ts';
import { gapFaults } from './legacy-gaps.ts';
import type { LineReadiness } from './release-readiness.ts';
import { releaseRules } from './release-rules.ts';
import { supportFaults } from './release-support.ts';
import { dispositionShape, headFault, lineFault, openLines, recordFaults, signatureFaults, withdrawnFault } from './releasing.ts';
import { batch } from './state.ts';

const MEANING = 'conditional-release';

/** For cells that cannot wait for a result of fourteen days: what is not known yet is listed, and weighed. */
export const conditionallyReleased = authorisation(batch, 'conditionally-released', {
  title: { en: 'Conditionally released', zh: '有条件放行' },
  signatures: { meaning: MEANING, count: 2 },
  schema: z.strictObject({
    ...dispositionShape,
    pendingTests: z.array(SiteCode).min(1).max(LIST_LIMIT).describe('Lines of the specification whose results are awaited'),
    riskBenefit: withPersonal({
      assessment: Sha256.describe('Digest of the signed assessment'),
      summary: personal(z.string().max(4000)),
    }).describe('Why the benefit outweighs what is not known'),
  }),

  decide: (data, state, context) => {
    const open = openLines(state, context, data.gaps);
    return record(
      !open && broken(releaseRules.specificationUnknown),
      open?.filter(({ status }) => status !== 'pending').map(lineFault),
      open && pendingFaults(data.pendingTests, open),
      recordFaults(state, data.scope),
      gapFaults(data.gaps, state, context),
      supportFaults(state, context),
      headFault(data.reviewed, context),
      signatureFaults(state, context, MEANING),
      withdrawnFault(context),
    );
  },

  evolve: (state, { id, seq, data }) => {
    state.dispositions.push({
      event: id,
      seq,
      kind: 'conditionally-released',
      scope: data.scope,
      pendingTests: data.pendingTests,
    });
  },
});

/** Exactly those whose results are awaited. */
export function pendingFaults(listed: readonly string[], open: readonly LineReadiness[]): Check {
  const pending = open.filter(({ status }) => status === 'pending').map(({ line }) => line);
  if (open.length === 0) return broken(releaseRules.nothingPending, '/pendingTests');
  const missing = pending.filter((line) => !listed.includes(line));
  const extra = listed.filter((line) => !pending.includes(line));
  return (
    missing.length + extra.length > 0 &&
    broken(releaseRules.pendingDiffers, '/pendingTests', {
      missing: missing.join(', ') || '–',
      extra: extra.join(', ') || '–',
    })
  );
}
