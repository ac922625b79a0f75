import type { VaultErrorCode } from '../errors.ts';
import type { OpenedDisclosure, OpenOptions } from '../port.ts';
import type { Write } from './vault-files.ts';

/** What the vault's owner asks of its thread. */
export type Ask =
  | Write
  | { readonly op: 'open'; readonly digests: readonly string[]; readonly options: OpenOptions }
  | { readonly op: 'erase'; readonly subject: string }
  | { readonly op: 'restrict'; readonly subject: string; readonly until: string | null; readonly reason: string }
  | { readonly op: 'close' };

export type Request = { readonly id: number; readonly ask: Ask };

export type Answer = Uint8Array | Map<string, OpenedDisclosure> | undefined;

/** Sent in the order in which it is known; the id tells what it answers. Errors lose their class on the way, so they travel as data. */
export type Reply =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: { readonly code: VaultErrorCode; readonly message: string } };
