import { LIST_LIMIT } from '../vocabulary/index.ts';
import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, idIn, type Policy } from './policy.ts';

type Recall = Pick<Initiated, 'mock' | 'class' | 'reason' | 'notice'> & {
  /** Recalled whole by now. */
  readonly whole: Set<string>;
  /** By batch: units recalled one by one by now. */
  readonly single: Map<string, Set<string>>;
};

type Memory = { readonly recalls: Map<string, Recall> };

const NAME = 'recall-initiated';

/**
 * A recall that is no exercise marks everything on its frozen list, in the record of each batch: that is what the gate reads. What is on the
 * list already is not recalled again.
 */
export const recallInitiated: Policy<Memory> = {
  name: NAME,
  title: { en: 'Recall: mark every batch on the list', zh: '召回：标记清单内所有批次' },
  interestedIn: ['recall.initiated.', 'recall.scope-extended.'],
  initial: () => ({ recalls: new Map() }),

  see: ({ recalls }, event) => {
    const id = idIn(event.stream);
    if (event.type.startsWith('recall.initiated.') && event.corrects === undefined) {
      const { mock, class: recallClass, reason, notice } = event.data as Initiated;
      const known = { mock, class: recallClass, reason, notice, whole: new Set<string>(), single: new Map() };
      recalls.set(id, known);
    }
    const recall = recalls.get(id);
    if (!recall || recall.mock || event.corrects !== undefined) return [];
    return markings(id, recall, causeOf(event), event.data as Listed);
  },
};

type Listed = {
  readonly batches?: readonly string[];
  readonly units?: readonly { readonly batch: string; readonly units: readonly string[] }[];
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
