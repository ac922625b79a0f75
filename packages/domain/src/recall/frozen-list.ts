import { z } from 'zod';
import { batch, mayRecall } from '../batch/index.ts';
import { broken, type Check, type Context } from '../kernel/index.ts';
import { material } from '../material/state.ts';
import { LIST_LIMIT, OrganisationId, SiteCode, Uuid } from '../vocabulary/index.ts';
import { recallRules } from './rules.ts';
import { type RecallState, siteOf } from './state.ts';

const once = (ids: readonly string[]) => new Set(ids).size === ids.length;

/** What is called back, written down once: a trace that is asked later may answer more. At most 400 units; more in `scope-extended`. */
export const FrozenList = {
  batches: z
    .array(Uuid)
    .max(LIST_LIMIT)
    .refine(once, { error: 'a batch is named once' })
    .describe('Recalled whole, what is made of them later too'),
  units: z
    .array(
      z.strictObject({
        batch: Uuid,
        site: OrganisationId.describe('Who has them, had them last, or used them'),
        units: z.array(Uuid).min(1).max(LIST_LIMIT),
      }),
    )
    .max(LIST_LIMIT)
    .refine((groups) => groups.reduce((sum, { units }) => sum + units.length, 0) <= LIST_LIMIT, {
      error: 'at most 400 units: the others follow in scope-extended',
    })
    .refine((groups) => once(groups.flatMap(({ units }) => units)), { error: 'a unit is named once' })
    .describe('Units as the trace answered, by batch and site'),
  lots: z
    .array(
      z.strictObject({
        lot: SiteCode,
        supplier: SiteCode.optional(),
        material: Uuid.optional().describe('Its record, where it has one: it is marked there'),
      }),
    )
    .max(LIST_LIMIT)
    .optional()
    .describe('Lots of materials that are called back'),
} as const;

export type Frozen = {
  readonly batches: readonly string[];
  readonly units: readonly { readonly batch: string; readonly site: string; readonly units: readonly string[] }[];
  readonly lots?: readonly { readonly lot: string; readonly material?: string | undefined }[] | undefined;
};

/** Batches that the recalling organisation has no part in. What is said of one that does not exist is the same. */
export function foreignBatches({ batches, units }: Frozen, { actor, states }: Pick<Context, 'actor' | 'states'>): Check {
  const listed = [...new Set([...batches, ...units.map((group) => group.batch)])];
  const found = states(batch, listed);
  return listed
    .filter((id) => !mayRecall(found.get(id), actor.org, { states }))
    .map((id) => broken(recallRules.batchNotTheirs, '/units', { batch: id, org: actor.org }));
}

/** Lots whose records are not the recalling organisation's own. What is said of one that does not exist is the same. */
export function foreignLots({ lots = [] }: Frozen, { actor, states }: Pick<Context, 'actor' | 'states'>): Check {
  const ids = lots.flatMap(({ material: id }) => id ?? []);
  if (ids.length === 0) return undefined;
  const found = states(material, [...new Set(ids)]);
  return lots.map(
    ({ lot, material: id }, n) =>
      id !== undefined &&
      found.get(id)?.owner !== actor.org &&
      broken(recallRules.lotNotTheirs, `/lots/${n}/material`, { lot, material: id, org: actor.org }),
  );
}

export function freeze(state: RecallState, { batches, units }: Frozen): void {
  for (const batch of batches) state.batches.add(batch);
  for (const { batch, site, units: ids } of units) {
    for (const unit of ids) {
      if (state.units.has(unit)) continue;
      state.units.set(unit, { batch, site, fate: null, foundAt: null });
      siteOf(state, site).sent++;
    }
  }
}
