import type { NoteSignature } from '@cytoledger/attest';
import type { AttestorState, Pace, WitnessAddress } from './reports.ts';
import type { ProvenHeads } from './session.ts';

/** What the attesting thread is started with. */
export type ThreadOptions = {
  readonly eventStore: string;
  readonly folder: string;
  readonly origin: string;
  readonly logKeyPath: string;
  readonly policy: string | null;
  readonly witnesses: readonly WitnessAddress[];
  readonly pace: Pace;
};

export type ToThread =
  | { readonly kind: 'wake' }
  | { readonly kind: 'want-heads'; readonly size: number }
  | { readonly kind: 'prove-heads'; readonly ask: number; readonly streams: readonly string[] }
  | { readonly kind: 'cosign-heads'; readonly ask: number; readonly text: string; readonly signature: NoteSignature }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'state'; readonly state: AttestorState }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly kind: 'proven'; readonly ask: number; readonly proven: ProvenHeads | undefined }
  | { readonly kind: 'cosigned'; readonly ask: number; readonly added: boolean }
  | { readonly kind: 'failed'; readonly message: string };
