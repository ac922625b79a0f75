import { z } from 'zod';
import { authorisation, broken, personal, record, withPersonal } from '../kernel/index.ts';
import { coded, Uuid } from '../vocabulary/index.ts';
import { closingRules } from './closing-rules.ts';
import { gapFaults } from './legacy-gaps.ts';
import { releaseRules } from './release-rules.ts';
import { supportFaults } from './release-support.ts';
import { dispositionShape, headFault, lineFault, openLines, recordFaults, signatureFaults, withdrawnFault } from './releasing.ts';
import { unitsIn } from './scoped.ts';
import { batch } from './state.ts';

const MEANING = 'conditional-release-closing';

export const ClosingOutcome = coded({
  passed: { zh: '全部合格，转为正式放行', en: 'all passed: a release without condition' },
  failed: { zh: '有不合格项，余下单元判不合格', en: 'a result failed: what is left is rejected' },
});

const { reviewed, evidence, gaps } = dispositionShape;

/**
 * The results came in. All passed: the release is one without condition. One failed: what is left is rejected, and those who were given a unit are
 * told by `late-result-notified`. Either is signed by the roles of the release; who has to stop at once and alone quarantines or rejects.
 */
export const conditionalReleaseClosed = authorisation(batch, 'conditional-release-closed', {
  title: { en: 'Conditional release closed', zh: '有条件放行关闭' },
  signatures: { meaning: MEANING, count: 2 },
  schema: withPersonal({
    release: Uuid.describe('Event of the conditional release'),
    outcome: ClosingOutcome,
    reviewed,
    evidence,
    gaps,
    note: personal(z.string().max(4000)),
  }),

  decide: (data, state, context) => {
    const conditional = state.dispositions.find(({ event, kind }) => event === data.release && kind === 'conditionally-released');
    const closed = state.dispositions.some(({ event, closedBy }) => event === data.release && closedBy !== undefined);
    if (closed) return record(broken(closingRules.closedBefore, '/release'));
    if (!conditional) return record(broken(closingRules.unknown, '/release', { release: data.release }));
    const open = openLines(state, context, data.gaps);
    const standing = [headFault(data.reviewed, context), withdrawnFault(context), signatureFaults(state, context, MEANING)];
    if (data.outcome === 'failed') {
      const infused = unitsIn(state, conditional.scope).filter(({ infusion }) => infusion !== null).length;
      const failed = open?.some(({ line, status }) => status === 'failed' && conditional.pendingTests.includes(line));
      return record(
        !failed && broken(closingRules.nothingFailed, '/outcome'),
        standing,
        infused > 0 && broken(closingRules.infused, '/release', { count: infused }),
      );
    }
    return record(
      !open && broken(releaseRules.specificationUnknown),
      open?.map(lineFault),
      recordFaults(state, conditional.scope),
      gapFaults(data.gaps, state, context),
      supportFaults(state, context),
      standing,
    );
  },

  evolve: (state, { id, seq, data }) => {
    const at = state.dispositions.findIndex(({ event, closedBy }) => event === data.release && closedBy === undefined);
    const conditional = state.dispositions[at];
    if (conditional?.kind !== 'conditionally-released') return;
    // In its place: what was said of a unit since then goes on holding, and of units made since then nothing is said.
    const passed = data.outcome === 'passed';
    state.dispositions[at] = {
      ...conditional,
      closedBy: id,
      ...(passed && { kind: 'released' as const, pendingTests: [] }),
    };
    if (!passed) {
      state.dispositions.push({ event: id, seq, kind: 'rejected', scope: conditional.scope, pendingTests: [] });
    }
  },
});
