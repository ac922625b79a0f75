import { z } from 'zod';
import { authorisation, broken, record } from '../kernel/index.ts';
import { gapFaults } from './legacy-gaps.ts';
import { releaseRules } from './release-rules.ts';
import { supportFaults } from './release-support.ts';
import { dispositionShape, headFault, lineFault, openLines, recordFaults, signatureFaults, withdrawnFault } from './releasing.ts';
import { batch } from './state.ts';

const MEANING = 'release';

/** Takes effect with its second signature; until then it waits in `release-<id>`. The rules are the same both times. */
export const released = authorisation(batch, 'released', {
  title: { en: 'Released', zh: '放行' },
  schema: z.strictObject(dispositionShape),
  signatures: { meaning: MEANING, count: 2 },

  decide: (data, state, context) => {
    const open = openLines(state, context, data.gaps);
    return record(
      !open && broken(releaseRules.specificationUnknown),
      open?.map(lineFault),
      recordFaults(state, data.scope),
      gapFaults(data.gaps, state, context),
      supportFaults(state, context),
      headFault(data.reviewed, context),
      signatureFaults(state, context, MEANING),
      withdrawnFault(context),
    );
  },

  evolve: (state, { id, seq, data }) => {
    state.dispositions.push({ event: id, seq, kind: 'released', scope: data.scope, pendingTests: [] });
  },
});
