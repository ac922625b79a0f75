import type { Deviations } from '../deviation/index.ts';
import type { Identifier } from '../identifiers/index.ts';
import { aggregate } from '../kernel/index.ts';
import type { MaterialQuantity } from '../quantity/index.ts';
import type { LotOrigin, MaterialKind } from './codes.ts';

/** One delivery, or one preparation, of one lot: `material-<id>`. */
export type MaterialState = {
  readonly id: string;
  readonly deviations: Deviations;
  readonly identifiers: Identifier[];
  made: 'received' | 'prepared' | null;
  /** Organisation that received or prepared it. */
  owner: string | null;
  kind: MaterialKind | null;
  name: string;
  supplier: string | null;
  maker: string | null;
  lot: string;
  /** Local date; null where it states none. */
  expiry: string | null;
  quantity: MaterialQuantity | null;
  origin: LotOrigin | null;
  /** Whether a certificate of analysis stands in the record. */
  certified: boolean;
  /** What a prepared lot was made of; empty for one that was received. */
  parents: readonly ParentLot[];
  /** What was taken of it for prepared lots, by the lot that it went into. */
  readonly draws: { readonly event: string; readonly into: string; readonly quantity: MaterialQuantity | null }[];
  /** Dispositions fold by `seq`. */
  disposition: { readonly event: string; readonly kind: 'released' | 'rejected' } | null;
  recall: { readonly event: string; readonly occurredAt: string | null; readonly notice: string | null } | null;
  /** Containers that were opened, with the end of their use. */
  readonly opened: { readonly event: string; readonly container: string | null; readonly inUseExpiry: string | null }[];
  /** Samples that were taken of it, and who tests each. */
  readonly samples: Map<string, string | null>;
};

/** A lot with a stream of its own, or one that is only known by what is printed on it. */
export type ParentLot =
  | { readonly material: string; readonly quantity?: MaterialQuantity | undefined }
  | {
      readonly name: string;
      readonly supplier: string;
      readonly lot: string;
      readonly expiry?: string | undefined;
      readonly quantity?: MaterialQuantity | undefined;
    };

export const material = aggregate<MaterialState>('material', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    identifiers: [],
    made: null,
    owner: null,
    kind: null,
    name: '',
    supplier: null,
    maker: null,
    lot: '',
    expiry: null,
    quantity: null,
    origin: null,
    certified: false,
    parents: [],
    draws: [],
    disposition: null,
    recall: null,
    opened: [],
    samples: new Map(),
  }),
  relations: (state, org) => [
    ...(state.owner === org ? (['owner'] as const) : []),
    ...([...state.samples.values()].includes(org) ? (['testing-laboratory'] as const) : []),
  ],
});
