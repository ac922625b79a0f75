import { z } from 'zod';
import { Hands, handsFault, identifierFaults } from '../checks/index.ts';
import { broken, type Check, type Context, derive, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { type Amount, addQuantities, compareQuantities, MaterialQuantity } from '../quantity/index.ts';
import { LocalDate, Moment } from '../time/index.ts';
import { LIST_LIMIT, SiteCode, Uuid } from '../vocabulary/index.ts';
import { LotOrigin } from './codes.ts';
import { drawn } from './drawn.ts';
import { useFaults } from './fitness.ts';
import { lotShape } from './lot.ts';
import { materialRules } from './rules.ts';
import { type MaterialState, material, type ParentLot } from './state.ts';

const Taken = MaterialQuantity.optional().describe('How much of it went in');

const Parent = z.union([
  z.strictObject({ material: Uuid.describe('Stream of the lot'), quantity: Taken }),
  z.strictObject({
    name: SiteCode,
    supplier: SiteCode,
    lot: SiteCode,
    expiry: LocalDate.optional(),
    quantity: Taken,
  }),
]);

const Prepared = withPersonal({
  ...lotShape,
  parents: z.array(Parent).min(1).max(LIST_LIMIT).describe('What it was made of, with quantities'),
  origin: LotOrigin.optional().describe('The most critical among its parts'),
  procedure: SiteCode.optional().describe('Procedure and version that was followed'),
  start: Moment.optional(),
  end: Moment.optional(),
  room: SiteCode.optional(),
  equipment: z.array(SiteCode).max(50).optional(),
  sterilisation: SiteCode.optional().describe('Method, filter lot'),
  ...Hands,
  remarks: personal(z.string().max(2000)),
});
type Prepared = z.output<typeof Prepared>;

/**
 * A lot made of others: a complete medium, a wash buffer, a diluted factor. It names its parents in its first event, so that a recall of one finds
 * it, and what was made of it. Each parent with a record of its own is told what was taken of it.
 */
export const prepared = fact(material, 'prepared', {
  title: { en: 'Material prepared', zh: '物料配制' },
  opens: true,
  corrects: [
    'name',
    'lot',
    'identifiers',
    'expiry',
    'quantity',
    'storage',
    'origin',
    'procedure',
    'start',
    'end',
    'room',
    'equipment',
    'sterilisation',
    'operator',
    'verifier',
    'occurredAt',
  ],
  schema: Prepared,

  decide: (data, state, context) => {
    const lots = parentStates(data.parents, state.id, context);
    return {
      ...record(
        identifierFaults(materialRules.identifierMalformed, data.identifiers),
        data.parents.map((parent, i) => parentFaults(parent, `/parents/${i}`, state.id, lots, context)),
        expiryFault(data, lots, context.actor.org),
        quantityFault(data),
        handsFault(materialRules.verifierIsOperator, data, context),
      ),
      first: { asked: asks(data.parents, state.id, lots, context), onRefusal: 'omit' },
    };
  },

  evolve: (state, { actor, data }) => {
    state.made = 'prepared';
    state.owner = actor.org;
    state.kind = data.kind;
    state.name = data.name;
    state.lot = data.lot;
    state.expiry = data.expiry ?? null;
    state.quantity = data.quantity ?? null;
    state.origin = data.origin ?? null;
    state.parents = data.parents;
    state.identifiers.push(...(data.identifiers ?? []));
  },
});

type Lots = ReadonlyMap<string, MaterialState | undefined>;

function parentStates(parents: readonly ParentLot[], own: string, context: Context): Lots {
  const ids = parents.flatMap((parent) => ('material' in parent && parent.material !== own ? [parent.material] : []));
  return ids.length === 0 ? new Map() : context.states(material, [...new Set(ids)]);
}

function parentFaults(parent: ParentLot, at: string, own: string, lots: Lots, context: Context): Check {
  if (!('material' in parent)) return undefined;
  if (parent.material === own) return broken(materialRules.parentIsItself, `${at}/material`);
  return useFaults({ id: parent.material, state: lots.get(parent.material), at: `${at}/material` }, context);
}

function expiryFault({ expiry, parents }: Prepared, lots: Lots, org: string): Check {
  if (expiry === undefined) return undefined;
  const own = (id: string) => (lots.get(id)?.owner === org ? lots.get(id)?.expiry : undefined);
  const ends = parents.flatMap((parent) => ('material' in parent ? own(parent.material) : parent.expiry) ?? []);
  const earliest = ends.reduce<string | null>((first, end) => (first === null || end < first ? end : first), null);
  return (
    earliest !== null && earliest < expiry && broken(materialRules.expiryBeyondParents, '/expiry', { expiry, parent: earliest })
  );
}

/** Liquids are summed; where a part is measured otherwise, or not at all, nothing can be said. */
function quantityFault({ quantity, parents }: Prepared): Check {
  if (!quantity) return undefined;
  let sum: Amount = { value: '0', unit: quantity.unit };
  for (const parent of parents) {
    const added = parent.quantity && addQuantities(sum, parent.quantity);
    if (!added?.ok) return undefined;
    sum = added.value;
  }
  const compared = compareQuantities(quantity, sum);
  if (!compared.ok || compared.value <= 0) return undefined;
  const { unit } = quantity;
  return broken(materialRules.preparedMore, '/quantity', { prepared: quantity.value, given: sum.value, unit });
}

/** Only lots of the same organisation are told: nobody writes into another's record. */
function asks(parents: readonly ParentLot[], into: string, lots: Lots, { actor }: Context) {
  return parents.flatMap((parent, n) =>
    'material' in parent && lots.get(parent.material)?.owner === actor.org
      ? [derive(drawn, parent.material, { into, ...(parent.quantity && { quantity: parent.quantity }) }, drawn.type, n)]
      : [],
  );
}
