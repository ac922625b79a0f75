import { z } from 'zod';
import { batch } from '../batch/state.ts';
import { authorisation, broken, type Check, type Context, personal, record, withPersonal } from '../kernel/index.ts';
import { type TreatmentState, treatment } from '../treatment/state.ts';
import { LIST_LIMIT, Pseudonym, Uuid } from '../vocabulary/index.ts';
import { MaterialDecision } from './codes.ts';
import { lookBackRules } from './look-back-rules.ts';
import { type PersonState, person } from './state.ts';

export const WITHDRAWAL_DECISION = 'withdrawal-decision';

const WithdrawalDecided = withPersonal({
  withdrawal: Uuid.describe('The event in which the consent was withdrawn'),
  batches: z
    .array(z.strictObject({ batch: Uuid, decision: MaterialDecision }))
    .min(1)
    .max(LIST_LIMIT)
    .refine((batches) => new Set(batches.map(({ batch: id }) => id)).size === batches.length, {
      error: 'a batch is decided about once',
    }),
  decider: Pseudonym.describe('Staff pseudonym of who decides, and signs'),
  grounds: personal(z.string().max(4000), 'stream'),
});
type WithdrawalDecided = z.output<typeof WithdrawalDecided>;

/**
 * What becomes of material that was held since its donor withdrew. What is kept, or only leaves research, is free again: the policy that held it lifts
 * its hold. What is to be destroyed stays held until it is discarded.
 */
export const withdrawalDecided = authorisation(person, 'withdrawal-decided', {
  title: { en: 'Material decided about after a withdrawal', zh: '撤回同意后的材料处置决定' },
  signatures: { meaning: WITHDRAWAL_DECISION, count: 1 },
  schema: WithdrawalDecided,

  decide: (data, state, context) => {
    const { withdrawal, batches, decider } = data;
    const consent = [...state.consents.values()].find(({ withdrawn }) => withdrawn?.event === withdrawal);
    const signed = context.signers.some(
      ({ person: signer, org, meaning }) => signer === decider && org === state.registeredBy && meaning === WITHDRAWAL_DECISION,
    );
    return record(
      !consent && broken(lookBackRules.withdrawalUnknown, '/withdrawal', { withdrawal }),
      !signed && broken(lookBackRules.withdrawalUnsigned, '//signatures', { decider }),
      batches.map(({ batch: id, decision }, n) => [
        againFault(id, n, state),
        decision !== 'destroy' &&
          consent?.withdrawn?.effect === 'destroy-unused' &&
          broken(lookBackRules.withdrawalAgainstForm, `/batches/${n}/decision`, { batch: id }),
      ]),
      conditionedFaults(data, context),
    );
  },

  evolve: (state, { id, data }) => {
    for (const { batch: about, decision } of data.batches) {
      state.decisions.set(about, { event: id, withdrawal: data.withdrawal, decision });
    }
  },
});

function againFault(id: string, n: number, { decisions }: PersonState): Check {
  const before = decisions.get(id);
  return before && broken(lookBackRules.withdrawalAgain, `/batches/${n}`, { batch: id, decision: before.decision });
}

/** Who was conditioned dies without the cells. */
function conditionedFaults({ batches }: WithdrawalDecided, context: Context): Check {
  const destroyed = batches.filter(({ decision }) => decision === 'destroy').map(({ batch: id }) => id);
  const found = context.states(batch, destroyed);
  return destroyed.map((id) =>
    [...(found.get(id)?.units.values() ?? [])]
      .filter(({ allocation, end }) => allocation !== null && end === null)
      .map(
        ({ id: unit, allocation }) =>
          isWaiting(context.state(treatment, allocation!.treatment)) &&
          broken(lookBackRules.withdrawalDestroys, `/batches/${batches.findIndex(({ batch: each }) => each === id)}/decision`, {
            unit,
            batch: id,
          }),
      ),
  );
}

function isWaiting(state: TreatmentState | undefined): boolean {
  return state !== undefined && state.conditioningStarted !== null && state.closed !== 'closed';
}
