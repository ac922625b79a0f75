import type { Mentioning } from '../port.ts';
import type { Failure } from './failure.ts';

export type OpenOptions = { readonly path: string; readonly maxPages?: number | undefined; readonly fullCheck: boolean };

/** To each thread, before and after its own requests. */
export type Lifecycle = { readonly kind: 'open' } | { readonly kind: 'close' };

/** To the writer thread. */
export type WriterRequest = { readonly kind: 'commit'; readonly buffer: ArrayBuffer; readonly length: number };

/** From the writer thread: one `committed` or `failed` for each `commit`, in their order. */
export type WriterReply =
  | { readonly kind: 'opened'; readonly head: number }
  | {
      readonly kind: 'committed';
      /** Two for each append: its first revision and first position, or a negative number and 0 when it failed. */
      readonly outcomes: Float64Array;
      readonly failures: readonly { readonly append: number; readonly failure: Failure }[];
      /** The newest position of the log. */
      readonly head: number;
      /** Given back to be filled again. */
      readonly buffer: ArrayBuffer;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** How the names of streams and types begin; an empty list lets all through. */
export type LogFilter = {
  readonly streams: readonly string[];
  readonly types: readonly string[];
  readonly mentioning?: Mentioning | undefined;
};

export type ReadQuery =
  | {
      readonly kind: 'stream';
      readonly stream: string;
      readonly from: number | undefined;
      readonly backwards: boolean;
      readonly limit: number;
    }
  | { readonly kind: 'log'; readonly after: number; readonly limit: number; readonly filter?: LogFilter }
  | { readonly kind: 'byId'; readonly stream: string; readonly id: string }
  | { readonly kind: 'heads'; readonly streams: readonly string[] }
  | { readonly kind: 'headPosition' };

/** To the reader thread. */
export type ReaderRequest = { readonly kind: 'read'; readonly request: number; readonly query: ReadQuery };

/** From the reader thread. */
export type ReaderReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'page'; readonly request: number; readonly page: PackedPage }
  | { readonly kind: 'failed'; readonly request: number; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** Events on their way to the main thread, see stored-page.ts. */
export type PackedPage = {
  readonly buffer: ArrayBuffer;
  readonly events: number;
  /** Names of streams and types, which the events point into. */
  readonly words: readonly string[];
  /** Everything up to this position was looked at; 0 for an empty log. Of no meaning when a stream was read. */
  readonly reached: number;
  /** The newest position of the log at that moment. */
  readonly head: number;
  /** Nothing matching follows, as of that moment. */
  readonly end: boolean;
};
