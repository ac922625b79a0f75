import { z } from 'zod';
import { batch } from '../batch/state.ts';
import { Hands, handsFault, identifierFaults } from '../checks/index.ts';
import { donation } from '../donation/state.ts';
import { Identifiers } from '../identifiers/index.ts';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { material } from '../material/state.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { room } from '../room/state.ts';
import { OrganisationId, SiteCode, Uuid } from '../vocabulary/index.ts';
import { SampleMatrix } from './codes.ts';
import { sampleRules } from './rules.ts';
import { type SampleSource, sample } from './state.ts';

const Source = z.union([
  z.strictObject({ batch: Uuid, unit: Uuid.optional().describe('Unit that became the sample, or of which it is a part') }),
  z.strictObject({ donation: Uuid }),
  z.strictObject({ material: Uuid }),
  z.strictObject({ room: Uuid, point: SiteCode.optional().describe('Monitoring point') }),
]);

/** A sample has one source. What the source's own record says of it (`batch.unit-sampled`, `material.sampled`) is held against this; donations and rooms keep none. */
export const taken = fact(sample, 'taken', {
  title: { en: 'Sample taken', zh: '样品采集' },
  opens: true,
  corrects: [
    'identifiers',
    'matrix',
    'quantity',
    'container',
    'tests',
    'procedure',
    'purpose',
    'operator',
    'verifier',
    'occurredAt',
  ],
  schema: z.strictObject({
    from: Source.describe('What it was taken from'),
    identifiers: Identifiers.optional(),
    matrix: SampleMatrix.optional(),
    laboratory: OrganisationId.optional().describe('Laboratory that tests it; the own one when left out'),
    quantity: MaterialQuantity.optional(),
    container: SiteCode.optional(),
    tests: z.array(SiteCode).max(100).optional().describe('What is asked for'),
    procedure: SiteCode.optional().describe('Procedure and version that was followed'),
    purpose: z.enum(['test', 'retention', 'reference', 'monitoring']).optional(),
    ...Hands,
  }),

  decide: (data, state, context) =>
    record(
      sourceFaults(data.from, state.id, data.laboratory ?? context.actor.org, context),
      identifierFaults(sampleRules.identifierMalformed, data.identifiers),
      handsFault(sampleRules.verifierIsOperator, data, context),
    ),

  evolve: (state, { id, actor, occurredAt, data }) => {
    state.taken = { event: id, occurredAt };
    state.owner = actor.org;
    state.from = data.from;
    state.laboratory = data.laboratory ?? actor.org;
    state.laboratories.add(state.laboratory);
    state.identifiers.push(...(data.identifiers ?? []));
  },
});

type Told = { readonly known: boolean; readonly partOf: boolean; readonly laboratory: string | null | undefined };

function sourceFaults(from: SampleSource, own: string, laboratory: string, context: Context): Check {
  const [kind, id] = sourceOf(from);
  const source = `${kind}-${id}`;
  const told = toldBy(from, own, context);
  const at = `/from/${kind}`;
  if (!told.known) return broken(sampleRules.sourceUnknown, at, { source });
  if (!told.partOf) return broken(sampleRules.sourceOfAnother, at, { source, org: context.actor.org });
  if (kind === 'donation' || kind === 'room') return undefined;
  if (told.laboratory === undefined) return broken(sampleRules.sourceSilent, at, { source });
  const named = told.laboratory ?? context.actor.org;
  return named !== laboratory && broken(sampleRules.laboratoryDiffers, '/laboratory', { source, laboratory, named });
}

/** The stream's kind and id. */
export function sourceOf(from: SampleSource): readonly [kind: 'batch' | 'donation' | 'material' | 'room', id: string] {
  if ('batch' in from) return ['batch', from.batch];
  if ('donation' in from) return ['donation', from.donation];
  if ('material' in from) return ['material', from.material];
  return ['room', from.room];
}

/** What the source's record knows of the sample. */
function toldBy(from: SampleSource, own: string, context: Context): Told {
  const { org } = context.actor;
  if ('batch' in from) {
    const state = context.state(batch, from.batch);
    const known = state !== undefined && state.status === 'open';
    return {
      known,
      partOf: known && batch.relations(state, org).length > 0,
      laboratory: state?.samples.get(own)?.laboratory,
    };
  }
  if ('donation' in from) {
    const state = context.state(donation, from.donation);
    return {
      known: state?.registered === true,
      partOf: state !== undefined && donation.relations(state, org).length > 0,
      laboratory: undefined,
    };
  }
  if ('material' in from) {
    const state = context.state(material, from.material);
    const known = state !== undefined && state.made !== null;
    return { known, partOf: known && material.relations(state, org).length > 0, laboratory: state?.samples.get(own) };
  }
  const state = context.state(room, from.room);
  const known = state !== undefined && state.owner !== null;
  return { known, partOf: known && room.relations(state, org).length > 0, laboratory: undefined };
}
