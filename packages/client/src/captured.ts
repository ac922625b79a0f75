import type { Capture } from '@cytoledger/domain';
import type { catalogue } from './catalogue.ts';

/** Every type of event that a sender may state, e.g. `batch.harvested.v1`. */
export type EventType = keyof typeof catalogue;

/** `data` of an event type, as the domain's schema has it. Digests (`_sd`) are made, never given. */
export type DataOf<T extends EventType> = WithoutDigests<(typeof catalogue)[T]['schema']['_zod']['output']>;

type WithoutDigests<D> = D extends unknown ? Omit<D, '_sd'> : never;

/** How it came in; `derived` is the platform's own. */
export type CaptureInput = Omit<Capture, 'mode'> & { readonly mode: Exclude<Capture['mode'], 'derived'> };

/** What happened, said by its sender. */
export type Statement<T extends EventType> = {
  /** UUIDv7 in lower case. Made when left out; whoever may have to send again after a crash chooses it and keeps it. */
  readonly id?: string;
  /** RFC 3339 with offset, start of the stated interval; null when unknown. */
  readonly occurredAt: string | null;
  readonly capture: CaptureInput;
  readonly data: DataOf<T>;
};

/** A statement that says where it belongs: a line of many. */
export type StreamStatement<T extends EventType = EventType> = {
  [E in T]: Statement<E> & {
    readonly type: E;
    /** `<aggregate>-<id>`, e.g. `batch-0192f5c4-…`. */
    readonly stream: string;
  };
}[T];
