import type { SupplierRecallReason } from '../material/index.ts';
import { LIST_LIMIT } from '../vocabulary/index.ts';
import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, idIn, type Policy } from './policy.ts';

type Recall = Pick<Initiated, 'mock' | 'class' | 'reason' | 'notice'> & {
  /** Recalled whole by now. */
  readonly whole: Set<string>;
  /** By batch: units recalled one by one by now. */
  readonly single: Map<string, Set<string>>;
};

type Memory = {
  readonly recalls: Map<string, Recall>;
  /** By lot with a record: entries that recalled it, whoever made them. */
  readonly lots: Map<string, Set<string>>;
};

const NAME = 'recall-initiated';

/**
 * A recall that is no exercise marks everything on its frozen list, in the record of each batch: that is what the gate reads; and in the record of each
 * lot that has one, from where it spreads to whatever was made with it. What is on the list already, and a lot that its supplier took back, is not
 * recalled again.
 */
export const recallInitiated: Policy<Memory> = {
  name: NAME,
  title: { en: 'Recall: mark every batch and lot on the list', zh: '召回：标记清单内所有批次与物料批' },
  interestedIn: ['recall.initiated.', 'recall.scope-extended.', 'material.recalled.'],
  initial: () => ({ recalls: new Map(), lots: new Map() }),

  see: ({ recalls, lots }, event) => {
    const id = idIn(event.stream);
    if (event.type.startsWith('material.recalled.')) {
      if (event.corrects === undefined) entryOf(lots, id, () => new Set<string>()).add(event.id);
      return [];
    }
    if (event.type.startsWith('recall.initiated.') && event.corrects === undefined) {
      const { mock, class: recallClass, reason, notice } = event.data as Initiated;
      const known = { mock, class: recallClass, reason, notice, whole: new Set<string>(), single: new Map() };
      recalls.set(id, known);
    }
    const recall = recalls.get(id);
    if (!recall || recall.mock || event.corrects !== undefined) return [];
    const listed = event.data as Listed;
    return [...markings(id, recall, causeOf(event), listed), ...lotMarkings(id, recall, causeOf(event), listed, lots)];
  },

  unsee: ({ lots }, { id, stream, type }) => {
    if (type.startsWith('material.recalled.')) lots.get(idIn(stream))?.delete(id);
    return [];
  },
};

type Listed = {
  readonly batches?: readonly string[];
  readonly units?: readonly { readonly batch: string; readonly units: readonly string[] }[];
  readonly lots?: readonly { readonly material?: string }[];
};
type Initiated = Listed & { readonly mock: boolean; readonly class: string; readonly reason: string; readonly notice?: string };

function markings(id: string, recall: Recall, cause: Cause, { batches = [], units = [] }: Listed): Action[] {
  const whole = batches.filter((batch) => !recall.whole.has(batch));
  for (const batch of whole) recall.whole.add(batch);
  const single = new Map<string, string[]>();
  for (const { batch, units: listed } of units) {
    if (recall.whole.has(batch)) continue;
    const known = entryOf(recall.single, batch, () => new Set<string>());
    for (const unit of listed) {
      if (known.has(unit)) continue;
      known.add(unit);
      entryOf(single, batch, () => []).push(unit);
    }
  }
  const mark = (target: string, scope: unknown, n: number): Action => ({
    policy: NAME,
    cause,
    type: 'batch.recalled.v1',
    target,
    data: {
      scope,
      class: recall.class,
      reason: recall.reason,
      ...(recall.notice !== undefined && { notice: recall.notice }),
      recall: id,
      cause: cause.id,
    },
    n,
  });
  return [
    ...whole.map((batch) => mark(batch, 'whole-batch', 0)),
    ...[...single].flatMap(([batch, listed]) =>
      Array.from({ length: Math.ceil(listed.length / LIST_LIMIT) }, (_, n) =>
        mark(batch, { units: listed.slice(n * LIST_LIMIT, (n + 1) * LIST_LIMIT) }, n),
      ),
    ),
  ];
}

/** A supplier's words for what a recall says of stock; the others are only told as what they are: another reason. */
const SUPPLIER_REASONS: Readonly<Record<string, SupplierRecallReason>> = {
  'donor-ineligible': 'donor-information',
  'donor-information': 'donor-information',
  'out-of-specification': 'failed-specification',
  'label-error': 'labelling',
};

function lotMarkings(id: string, recall: Recall, cause: Cause, listed: Listed, lots: Memory['lots']): Action[] {
  const named = new Set((listed.lots ?? []).flatMap(({ material }) => material ?? []));
  const fresh = [...named].filter((lot) => (lots.get(lot)?.size ?? 0) === 0);
  return fresh.map((lot) => {
    // Known as recalled at once: the entry itself may come after more of the list.
    entryOf(lots, lot, () => new Set<string>()).add(cause.id);
    return {
      policy: NAME,
      cause,
      type: 'material.recalled.v1',
      target: lot,
      data: {
        reason: SUPPLIER_REASONS[recall.reason] ?? 'other',
        class: recall.class,
        ...(recall.notice !== undefined && { notice: recall.notice }),
        recall: id,
        cause: cause.id,
      },
      n: 0,
    };
  });
}
