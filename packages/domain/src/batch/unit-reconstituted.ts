import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { Identifiers } from '../identifiers/index.ts';
import { broken, type Check, type Context, fact, type Recorded, record } from '../kernel/index.ts';
import { useFaults } from '../material/fitness.ts';
import { material } from '../material/state.ts';
import { type Amount, addQuantities, compareQuantities, MaterialQuantity } from '../quantity/index.ts';
import { LocalDate, localDateOf, Moment } from '../time/index.ts';
import { coded, SiteCode, SiteId, Uuid } from '../vocabulary/index.ts';
import { gained } from './cell-balance.ts';
import { ordinalOfDrawn } from './reconstitution.ts';
import { reconstitutionRules } from './reconstitution-rules.ts';
import { batchRules } from './rules.ts';
import { endUnit, isBefore } from './scoped.ts';
import { type BatchState, batch, passCustody, type Unit } from './state.ts';
import { firstThaw } from './thawing.ts';
import { nameOf } from './unit-name.ts';
import { END_ZH } from './wording.ts';

const MAX_DILUENTS = 20;
/** A bag for many joints or injection points. */
const MAX_PARTS = 100;

const Diluent = z.strictObject({
  name: SiteCode,
  supplier: SiteCode.optional(),
  lot: SiteCode,
  expiry: LocalDate.optional(),
  volume: MaterialQuantity.optional(),
  material: Uuid.optional().describe('Stream of the lot'),
});

const Part = z.strictObject({
  id: Uuid,
  kind: coded({
    syringe: { zh: '注射器', en: 'syringe' },
    cryobag: { zh: '输注袋', en: 'bag' },
    vial: { zh: '管', en: 'vial' },
  })
    .optional()
    .describe('A syringe where left out'),
  number: z.int().min(1).max(MAX_PARTS).describe('Number within the unit, as written on it: syringe 1 of 2'),
  identifiers: Identifiers.optional(),
  containerLot: SiteCode.optional(),
  volume: MaterialQuantity.optional(),
  cells: MaterialQuantity.optional(),
});
type Part = z.output<typeof Part>;

const Reconstituted = z.strictObject({
  unit: Uuid,
  site: SiteId.optional().describe('The reporting organisation when left out'),
  diluents: z.array(Diluent).max(MAX_DILUENTS),
  volume: MaterialQuantity.optional().describe('In all, after dilution'),
  syringes: z
    .array(Part)
    .min(1)
    .max(MAX_PARTS)
    .refine((parts) => new Set(parts.map(({ number }) => number)).size === parts.length, { error: 'a number is given once' })
    .optional()
    .describe('What it was drawn up into, each a unit of its own; left out where it is given from its own container'),
  remainder: MaterialQuantity.optional().describe('What went into none of them'),
  expiry: Moment.optional().describe('Usable until, after reconstitution'),
  ...Hands,
});
export type Reconstituted = z.output<typeof Reconstituted>;

/**
 * Diluted where it is given. Drawn up into syringes, the unit is used up and each syringe is a unit: it lies where the unit lay, for the same
 * treatment, and is checked at the bedside by itself.
 */
export const unitReconstituted = fact(batch, 'unit-reconstituted', {
  title: { en: 'Unit reconstituted', zh: '单元配制' },
  corrects: ['site', 'diluents', 'volume', 'remainder', 'expiry', 'operator', 'verifier', 'occurredAt'],
  schema: Reconstituted,

  decide: (data, state, context) => {
    const unit = state.units.get(data.unit);
    if (!unit) return record(broken(batchRules.unitUnknown, '/unit', { unit: data.unit }));
    return record(
      partFaults(data, state),
      unitFaults(data, unit, context),
      volumeFault(data, unit),
      gained(unit.cells ? [unit.cells] : [], sumOf(data.syringes ?? [], 'cells'), '/syringes'),
      diluentFaults(data, context),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    const { data } = event;
    const unit = state.units.get(data.unit);
    if (!unit) return;
    unit.reconstituted = firstThaw(unit.reconstituted ?? null, {
      event: event.id,
      occurredAt: event.occurredAt,
      expiry: data.expiry ?? null,
      volume: data.volume ?? null,
    });
    const diluentLots = data.diluents.flatMap(({ material: lot }) => lot ?? []);
    if (diluentLots.length > 0) unit.diluentLots = [...(unit.diluentLots ?? []), ...diluentLots];
    for (const part of data.syringes ?? []) {
      if (!state.units.has(part.id)) drawFrom(state, unit, part, event);
    }
    if (data.syringes) endUnit(unit, 'consumed', event.occurredAt);
  },
});

function drawFrom(state: BatchState, whole: Unit, part: Part, event: Recorded<Reconstituted>): void {
  state.drawn++;
  const drawn: Unit = {
    ...whole,
    id: part.id,
    kind: part.kind ?? 'syringe',
    ordinal: ordinalOfDrawn(state.drawn),
    madeAt: event.seq,
    identifiers: [...(part.identifiers ?? [])],
    parent: whole.id,
    part: part.number,
    containerLot: part.containerLot ?? null,
    volume: part.volume ?? null,
    cells: part.cells ?? null,
    labelled: null,
    code: null,
    oldLabels: [],
    // Where the bag was, and no slot of its box.
    place: whole.place && { ...whole.place, value: { site: whole.place.value.site } },
    custodian: null,
    travelled: new Set(whole.travelled),
    shipment: null,
    authorisation: null,
    infusion: null,
    consumedInto: null,
    end: null,
    endedAt: null,
  };
  state.units.set(part.id, drawn);
  if (whole.custodian !== null) passCustody(state, drawn, whole.custodian);
}

function partFaults({ syringes = [] }: Reconstituted, state: BatchState): Check {
  const ids = new Set<string>();
  return syringes.map(({ id }, i) => {
    const isKnown = ids.has(id) || state.units.has(id);
    ids.add(id);
    return isKnown && broken(batchRules.unitKnown, `/syringes/${i}/id`, { unit: id });
  });
}

function unitFaults(data: Reconstituted, unit: Unit, { occurredAt, actor }: Context): Check {
  const name = nameOf(unit);
  const { reconstituted, end } = unit;
  const isEnded = end !== null && !isBefore(occurredAt, unit.endedAt);
  return [
    isEnded && unit.infusion && broken(reconstitutionRules.afterStart, '/unit', { unit: name }),
    isEnded &&
      !unit.infusion &&
      !reconstituted &&
      broken(batchRules.parentEnded, '/unit', { parent: name, end: end!, zh: END_ZH[end!] }),
    reconstituted && broken(reconstitutionRules.again, '/unit', { unit: name, occurredAt: reconstituted.occurredAt ?? '?' }),
    unit.cryopreserved && !unit.thawed && broken(reconstitutionRules.unthawed, '/unit', { unit: name }),
    data.expiry === undefined && broken(reconstitutionRules.expiryMissing, '/expiry', { unit: name }),
    data.diluents.length === 0 && broken(reconstitutionRules.diluentLotMissing, '/diluents', { unit: name }),
    unit.custodian !== null &&
      unit.custodian !== actor.org &&
      broken(reconstitutionRules.byOther, '/unit', { unit: name, custodian: unit.custodian, org: actor.org }),
  ];
}

/** Nothing comes of dilution but volume; a part that states none is not counted. */
function volumeFault({ volume, syringes = [], remainder }: Reconstituted, unit: Unit): Check {
  const [parts] = sumOf(syringes, 'volume', remainder);
  if (!volume || !parts) return undefined;
  const compared = compareQuantities(parts, volume);
  return (
    compared.ok &&
    compared.value > 0 &&
    broken(reconstitutionRules.volumeExceeded, '/syringes', {
      unit: nameOf(unit),
      parts: parts.value,
      whole: volume.value,
      unitOfMeasure: volume.unit,
    })
  );
}

/** One sum, or none where something cannot be added. */
function sumOf(parts: readonly Part[], what: 'volume' | 'cells', more?: MaterialQuantity): MaterialQuantity[] {
  const stated = [...parts.flatMap((part) => part[what] ?? []), ...(more ? [more] : [])];
  const [first, ...others] = stated;
  if (!first) return [];
  let sum: Amount = first;
  for (const each of others) {
    const added = addQuantities(sum, each);
    if (!added.ok) return [];
    sum = added.value;
  }
  return [{ ...first, ...sum }];
}

function diluentFaults({ diluents }: Reconstituted, context: Context): Check {
  const used = context.occurredAt === null ? null : localDateOf(context.occurredAt);
  return diluents.map(({ name, lot, expiry, material: id }, i) => [
    used !== null &&
      expiry !== undefined &&
      used > expiry &&
      broken(batchRules.materialExpired, `/diluents/${i}/expiry`, { material: name, lot, expiry, used }),
    id !== undefined && useFaults({ id, state: context.state(material, id), at: `/diluents/${i}/material` }, context),
  ]);
}
