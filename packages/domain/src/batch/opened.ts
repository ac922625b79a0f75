import { z } from 'zod';
import { identifierFaults } from '../checks/index.ts';
import { donation, materialIssued, materialReturned } from '../donation/index.ts';
import { Identifiers } from '../identifiers/index.ts';
import { broken, type Context, type Derived, derive, fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { product, study, suspendedAt } from '../registry/index.ts';
import { BankTier, LIST_LIMIT, SiteCode, Uuid } from '../vocabulary/index.ts';
import { bindingFaults, inputFaults, originFaults } from './opening-checks.ts';
import { originsResolved, originsResolvedOf } from './origins-resolved.ts';
import { MAX_PASSAGE } from './processing.ts';
import { batchRules } from './rules.ts';
import { type BatchInput, type BatchState, batch } from './state.ts';
import { unitConsumed } from './unit-consumed.ts';
import { unitReturnedToStock } from './unit-returned-to-stock.ts';
import { workingRules } from './working-rules.ts';

const Input = z.union([
  z.strictObject({
    donation: Uuid,
    quantity: MaterialQuantity.optional().describe('What was taken of the donation; all of it when left out'),
  }),
  z.strictObject({ batch: Uuid, unit: Uuid.describe('A unit is consumed whole; a part is first made a unit') }),
]);

const Opened = z.strictObject({
  identifiers: Identifiers.optional().describe('Batch numbers as printed'),
  product: z.strictObject({ id: Uuid, specification: z.int().min(1).describe('Version that the batch is bound to') }),
  study: Uuid.optional().describe('Study or filing, which says under which regime the batch is made'),
  inputs: z.array(Input).min(1).max(LIST_LIMIT),
  autologous: z.boolean(),
  coi: SiteCode.optional().describe('Chain of identity; needed where autologous'),
  tier: BankTier.optional().describe('Bank tier (ICH Q5D §2.3.1); none when left out'),
  passageCeiling: z.int().min(0).max(MAX_PASSAGE).optional().describe('Highest passage number allowed'),
});
type Opened = z.output<typeof Opened>;

/**
 * The first event of a batch, and the only one that names its inputs: lineage is acyclic by construction. Each source is asked first, because
 * it alone knows what it has given.
 */
export const opened = fact(batch, 'opened', {
  title: { en: 'Batch opened', zh: '批次开立' },
  opens: true,
  corrects: ['identifiers', 'passageCeiling', 'occurredAt'],
  schema: Opened,

  decide: (data, state, context) => {
    const sources = sourcesOf(data, state, context);
    const { inputs } = data;
    const filed = data.study === undefined ? undefined : context.state(study, data.study);
    const checks = record(
      inputFaults(inputs, state.id, sources, context.actor.org),
      originFaults(data, sources, context),
      bindingFaults(data, context.state(product, data.product.id), filed, context),
      identifierFaults(batchRules.identifierMalformed, data.identifiers),
      filed && suspendedAt(filed, context.actor.org) && broken(workingRules.studySuspended, '/study', { study: filed.id }),
    );
    return {
      ...checks,
      regime: filed?.regime,
      // A pool of different persons goes no further than here.
      also: originsResolvedOf(inputs, sources, filed?.regime, { onePerson: true }).map((origins, n) =>
        derive(originsResolved, state.id, origins, originsResolved.type, n),
      ),
      first: { asked: asks(inputs, state.id), onRefusal: 'abandon', undo: (asked) => undoing(asked, state.id) },
    };
  },

  evolve: (state, { actor, data }) => {
    state.status = 'open';
    state.owner = actor.org;
    state.identifiers.push(...(data.identifiers ?? []));
    state.product = data.product;
    state.study = data.study ?? null;
    state.inputs = data.inputs;
    state.autologous = data.autologous;
    state.coi = data.coi ?? null;
    state.tier = data.tier ?? 'none';
    state.passageCeiling = data.passageCeiling ?? null;
  },
});

/** The states of what is named as input. The batch itself is not read: it has no events yet and can be no input of its own. */
function sourcesOf({ inputs }: Opened, state: BatchState, context: Context) {
  const donations = inputs.flatMap((input) => ('donation' in input ? [input.donation] : []));
  const batches = inputs.flatMap((input) => ('batch' in input && input.batch !== state.id ? [input.batch] : []));
  return {
    donations: context.states(donation, [...new Set(donations)]),
    batches: context.states(batch, [...new Set(batches)]),
  };
}

function asks(inputs: readonly BatchInput[], into: string): Derived[] {
  return inputs.map((input, n) =>
    'donation' in input
      ? derive(
          materialIssued,
          input.donation,
          { into, ...(input.quantity && { quantity: input.quantity }) },
          materialIssued.type,
          n,
        )
      : derive(unitConsumed, input.batch, { unit: input.unit, into }, unitConsumed.type, n),
  );
}

function undoing(asked: Derived, into: string): Derived {
  if (asked.fact.type === materialIssued.type) {
    return derive(materialReturned, asked.target, { into }, materialReturned.type, asked.n);
  }
  const { unit } = asked.data as { readonly unit: string };
  return derive(unitReturnedToStock, asked.target, { unit, into }, unitReturnedToStock.type, asked.n);
}
