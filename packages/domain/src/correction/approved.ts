import { z } from 'zod';
import { authorisation, broken, type Check, type Context, personal, record, type Signer, withPersonal } from '../kernel/index.ts';
import { correctionProcessRules as rules } from './process-rules.ts';
import { type CorrectionState, correction } from './state.ts';
import { recordNamed, type Target } from './target.ts';
import { mayWithhold } from './withholding.ts';

const MEANING = 'correction-approval';

/** By quality assurance, signed, and not by who proposed it. The platform then applies it by itself. */
export const approved = authorisation(correction, 'approved', {
  title: { en: 'Correction approved', zh: '批准更正' },
  signatures: { meaning: MEANING, count: 1 },
  schema: withPersonal({ remarks: personal(z.string().max(4000)) }),

  decide: (_data, state, context) =>
    record(
      state.status !== 'proposed' && broken(rules.notOpen, '', { status: state.status }),
      approverFaults(state, context),
      ownerFaults(state, context),
      state.targets.map((target) => qualityFault(target, context)),
    ),

  evolve: (state, { id, actor }) => {
    state.status = 'approved';
    state.approved = { event: id, by: [actor.person ?? actor.client ?? actor.org] };
  },
});

const APPROVERS: readonly string[] = ['lab.qa', 'lab.qp', 'hospital.physician'];

function approverFaults({ proposer }: CorrectionState, { actor, signers }: Context): Check {
  const persons = [actor.person ?? actor.client, ...signers.map(({ person }) => person)];
  const isApproval = ({ org, person, meaning, roles }: Signer) =>
    org === actor.org && person !== null && meaning === MEANING && roles.some((role) => APPROVERS.includes(role));
  return [
    !signers.some(isApproval) && broken(rules.unsigned, '//signatures'),
    proposer !== null && persons.includes(proposer) && broken(rules.sameApprover, '//signatures', { person: proposer }),
  ];
}

/** Having proposed it counts as consent to a change of the own records, and never instead of an approval by one whose records it changes. */
function ownerFaults({ owner, targets }: CorrectionState, { actor, state }: Context): Check {
  const records = [...new Set(targets.map(({ stream }) => stream))].map((stream) => {
    const named = recordNamed(stream);
    const held = named?.aggregate.facts.has(`${named.aggregate.name}.corrected.v1`)
      ? state(named.aggregate, named.id)
      : undefined;
    const owns = (org: string | null) =>
      org !== null && held !== undefined && named!.aggregate.relations(held, org).includes('owner');
    return { stream, isKnown: held !== undefined, isProposers: owns(owner), isApprovers: owns(actor.org) };
  });
  const isAsked = records.some(({ isApprovers }) => isApprovers);
  return [
    ...records.map(({ stream, isKnown, isProposers, isApprovers }) => {
      if (!isKnown) return broken(rules.recordUnknown, '', { stream });
      return !isProposers && !isApprovers && broken(rules.notTheirs, '', { stream });
    }),
    !isAsked && records.some(({ isProposers }) => isProposers) && broken(rules.strangerApproves, '', { org: actor.org }),
  ];
}

const QUALITY: readonly string[] = ['lab.qa', 'lab.qp'];

/** What keeps cells from patients is not taken back by others than those who could release them. */
function qualityFault({ change, stream, type }: Target, { signers, state }: Context): Check {
  if (change === 'amend' || !mayWithhold(type)) return undefined;
  const named = recordNamed(stream);
  const held = named && state(named.aggregate, named.id);
  if (!named || held === undefined) return undefined;
  const isTheirs = signers.some(
    ({ org, person, roles, meaning }) =>
      person !== null &&
      meaning === MEANING &&
      roles.some((role) => QUALITY.includes(role)) &&
      named.aggregate.relations(held, org).includes('owner'),
  );
  return !isTheirs && broken(rules.notQuality, '', { stream, type });
}
