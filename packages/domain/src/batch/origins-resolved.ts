import { z } from 'zod';
import { derivedFact, type RegimeId } from '../kernel/index.ts';
import { RegimeCode } from '../rules/index.ts';
import { LIST_LIMIT, Pseudonym, Uuid } from '../vocabulary/index.ts';
import { autologousOrigins, type Sources } from './opening-checks.ts';
import { type BatchInput, batch } from './state.ts';

const OriginsResolved = z.strictObject({
  donations: z.array(Uuid).max(LIST_LIMIT).describe('Everything upstream, not only the direct inputs'),
  batches: z.array(Uuid).max(LIST_LIMIT),
  regime: RegimeCode.optional().describe('As the study was filed when the batch was opened'),
  autologousDonor: Pseudonym.optional(),
  legacy: z.array(Uuid).max(LIST_LIMIT).optional().describe('Those of the batches whose records were imported'),
});
type OriginsResolved = z.output<typeof OriginsResolved>;

/** What an opening read in other streams, so that no gate walks the graph and no fold needs another stream. */
export const originsResolved = derivedFact(batch, 'origins-resolved', {
  title: { en: 'Origins resolved', zh: '来源解析' },
  schema: OriginsResolved,

  evolve: (state, { data }) => {
    for (const id of data.donations) state.origins.donations.add(id);
    for (const id of data.batches) state.origins.batches.add(id);
    for (const id of data.legacy ?? []) state.legacyOrigins.add(id);
    if (data.regime) state.regime = data.regime;
    if (data.autologousDonor) state.autologousDonor = data.autologousDonor;
  },
});

/**
 * The transitive origins of these inputs, in as many pieces as the list limit asks for; at least one. `onePerson`: several autologous donors among them
 * are known to be pseudonyms of one.
 */
export function originsResolvedOf(
  inputs: readonly BatchInput[],
  sources: Sources,
  regime: RegimeId | undefined,
  { onePerson = false } = {},
): OriginsResolved[] {
  const donations = new Set(inputs.flatMap((input) => ('donation' in input ? [input.donation] : [])));
  const batches = new Set(inputs.flatMap((input) => ('batch' in input ? [input.batch] : [])));
  const legacy = new Set<string>();
  for (const source of sources.batches.values()) {
    for (const id of source?.origins.donations ?? []) donations.add(id);
    for (const id of source?.origins.batches ?? []) batches.add(id);
    if (source?.legacy) legacy.add(source.id);
    for (const id of source?.legacyOrigins ?? []) legacy.add(id);
  }
  const donors = new Set(autologousOrigins(sources).map(({ donor }) => donor));
  const [autologousDonor] = donors.size === 1 || onePerson ? [...donors].sort() : [];
  const pieces = Math.max(1, Math.ceil(donations.size / LIST_LIMIT), Math.ceil(batches.size / LIST_LIMIT));
  return Array.from({ length: pieces }, (_, n) => ({
    donations: piece([...donations], n),
    batches: piece([...batches], n),
    ...(legacy.size > n * LIST_LIMIT && { legacy: piece([...legacy], n) }),
    ...(regime && { regime }),
    ...(autologousDonor && { autologousDonor }),
  }));
}

function piece(ids: readonly string[], n: number): string[] {
  return ids.slice(n * LIST_LIMIT, (n + 1) * LIST_LIMIT);
}
