import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { OrganisationId } from '../vocabulary/index.ts';
import { CorrectionReason } from './corrections.ts';
import { correctionProcessRules } from './process-rules.ts';
import { correction } from './state.ts';
import { Target } from './target.ts';

const INFUSIONS = /^(?:batch\.unit-infus(?:ed|ion-(?:started|interrupted|ended))|treatment\.infusion-recorded)\.v\d+$/;
/** A body is at most 65,535 bytes, and each target may carry data. */
const MOST_TARGETS = 50;

export const proposed = fact(correction, 'proposed', {
  title: { en: 'Correction proposed', zh: '提出更正' },
  opens: true,
  schema: withPersonal({
    targets: z
      .array(Target)
      .min(1)
      .max(MOST_TARGETS)
      .refine((targets) => new Set(targets.map(({ stream, event }) => `${stream} ${event}`)).size === targets.length, {
        error: 'an entry is named once',
      }),
    reason: CorrectionReason,
    approvers: z
      .array(OrganisationId)
      .max(20)
      .optional()
      .describe('Organisations whose quality assurance may approve it, beside the own: whose records it changes'),
    explanation: personal(z.string().max(4000)),
  }),

  decide: ({ targets }) =>
    record(
      targets.map(
        ({ change, type }, n) =>
          change !== 'amend' &&
          INFUSIONS.test(type) &&
          broken(correctionProcessRules.infusionTakenBack, `/targets/${n}`, { type }),
      ),
    ),

  evolve: (state, { actor, data }) => {
    state.status = 'proposed';
    state.owner = actor.org;
    state.proposer = actor.person ?? actor.client;
    state.approvers = data.approvers ?? [];
    state.targets = data.targets;
    state.reason = data.reason;
  },
});
