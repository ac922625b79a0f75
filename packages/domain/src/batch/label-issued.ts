import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, type Check, fact, record } from '../kernel/index.ts';
import { LIST_LIMIT, Scope, SiteCode, Uuid } from '../vocabulary/index.ts';
import { LabelTemplate } from './label-code.ts';
import { labelRules } from './label-rules.ts';
import { batchRules } from './rules.ts';
import { scopeFaults } from './scoped.ts';
import { type BatchState, batch } from './state.ts';

const MAX_LABELS = 1_000_000;

/** A roll of preprinted labels: prefix and running number, both ends included. */
const Serials = z
  .strictObject({ prefix: SiteCode.optional(), from: z.int().min(0).max(999_999_999), to: z.int().min(0).max(999_999_999) })
  .refine(({ from, to }) => from <= to, { error: 'a range begins at or before its end', path: ['to'] });

const Issued = z.strictObject({
  count: z.int().min(1).max(MAX_LABELS),
  labels: z
    .array(Uuid)
    .min(1)
    .max(LIST_LIMIT)
    .refine((labels) => new Set(labels).size === labels.length, { error: 'a label is named once' })
    .optional()
    .describe('Ids of the labels; more than 400 are several issues'),
  serials: Serials.optional().describe('Running numbers of a roll, where labels have no ids yet'),
  template: LabelTemplate,
  printer: SiteCode.optional(),
  scope: Scope.optional().describe('Units for which they were printed; the whole batch where left out'),
  ...Hands,
});
type Issued = z.output<typeof Issued>;

/** Printed, and handed to whoever labels. Reconciled against what became of them. */
export const labelIssued = fact(batch, 'label-issued', {
  title: { en: 'Labels issued', zh: '标签签发' },
  corrects: ['count', 'labels', 'serials', 'template', 'printer', 'scope', 'operator', 'verifier', 'occurredAt'],
  schema: Issued,

  decide: (data, state, context) => {
    const listed = listedIn(data);
    return record(
      listed !== null && listed !== data.count && broken(labelRules.countDiffers, '/count', { stated: data.count, listed }),
      data.labels?.map((label, i) => issuedBefore(label, state) && broken(labelRules.issuedBefore, `/labels/${i}`, { label })),
      unitFaults(data, state),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, { data }) => {
    const { labelStock: stock, labels } = state;
    stock.issued += data.count;
    stock.isListed &&= data.labels !== undefined;
    stock.reconciled = null;
    for (const label of data.labels ?? []) if (!labels.has(label)) stock.waiting.add(label);
  },
});

function listedIn({ labels, serials }: Issued): number | null {
  if (!labels && !serials) return null;
  return labels?.length ?? serials!.to - serials!.from + 1;
}

function issuedBefore(label: string, { labelStock, labels }: BatchState): boolean {
  return labelStock.waiting.has(label) || (labelStock.issued > 0 && labelStock.isListed && labels.has(label));
}

/** Labels may be printed before the units are made, and then for the whole batch only. */
function unitFaults({ scope }: Issued, state: BatchState): Check {
  return scope !== undefined && scope !== 'whole-batch' && scopeFaults(state, scope);
}
