import type { JsonObject } from '@cytoledger/attest';

/** In Chinese and English. */
export type Bilingual = { readonly zh: string; readonly en: string };

/** What a step must come to; a step without one must be recorded without findings. */
export type Expectation = {
  readonly outcome: 'recorded' | 'refused' | 'unreconciled';
  /** Ids of the findings or reasons, sorted, each once. */
  readonly rules: readonly string[];
  /** Ids of what is only warned of, likewise. Where left out, warnings do not matter. */
  readonly warnings?: readonly string[];
};

type Common = {
  /** Unique within the scenario. */
  readonly name: string;
  /** `role@organisation` of who asks. */
  readonly as: string;
  readonly expect: Expectation;
};

/** One fact or authorisation. */
export type RecordStep = Common & {
  readonly kind: 'record';
  /** Where it is posted; the bulk route when null. */
  readonly path: string | null;
  readonly type: string;
  readonly stream: string;
  readonly id: string;
  readonly occurredAt: string | null;
  readonly capture: JsonObject;
  readonly data: JsonObject;
  /** Who signs, in this order: `role@organisation`. */
  readonly signedBy: readonly string[];
};

/** Two contents in one request. Each is a record step of its own; `path` takes both. */
export type PairStep = Common & {
  readonly kind: 'pair';
  readonly path: string;
  readonly members: Readonly<Record<string, RecordStep>>;
};

/** Waits until what the policies do can be seen. */
export type WaitStep = Common & {
  readonly kind: 'wait';
  readonly get: string;
  /** Texts that the answer must hold. */
  readonly holds: readonly string[];
};

export type Step = RecordStep | PairStep | WaitStep;

/** A scenario with every reference, time and repetition written out. */
export type Scenario = {
  /** Folder name, e.g. `1-knee-osteoarthritis`. */
  readonly name: string;
  readonly title: Bilingual;
  readonly story: Bilingual;
  readonly steps: readonly Step[];
  /** What `scenarios.json` says of it. */
  readonly points: JsonObject;
};

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}
