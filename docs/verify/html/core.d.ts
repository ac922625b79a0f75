/** Declarations for the tests, which are type-checked with the rest of the repository; the modules are checked with the tsconfig beside them. */

export type Questions = { readonly minSize?: number; readonly notBefore?: string; readonly saved?: Uint8Array };
export type Report = {
  readonly code: string;
  readonly line: number | null;
  readonly claims: readonly { readonly [member: string]: unknown }[];
};

export function verify(bundle: Uint8Array, policy: Uint8Array, questions?: Questions & { readonly compare?: Uint8Array }): Report;
export function reportText(report: Report): string;

export class Verification {
  constructor(policy: Uint8Array, questions?: Questions);
  push(chunk: Uint8Array): boolean;
  pushOther(chunk: Uint8Array): boolean;
  finish(compares?: boolean): Report;
}

export function sha256(bytes: Uint8Array): Uint8Array;
export function sha512(bytes: Uint8Array): Uint8Array;
export function isPublicKey(key: Uint8Array): boolean;
export function signatureHolds(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

/** Undefined for what is not JSON that all parsers read alike. */
export function parseJson(text: string, depth: number): unknown;
export function canonicalText(value: unknown): string;
/** Milliseconds since 1970. */
export function timeOf(text: unknown): number | undefined;

export function rootOfPath(index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[]): Uint8Array | undefined;
export function isConsistent(
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean;

export function hex(bytes: Uint8Array): string;
/** Undefined for what is not a whole number as policies and notes write it. */
export function sizeOf(text: string): number | undefined;
export function bytesOf(blob: Blob): Promise<ArrayBuffer>;
export function verifyFiles(
  request: { readonly policy: Uint8Array; readonly bundle: Blob; readonly compare?: Blob; readonly questions: Questions },
  progress: (done: number, total: number) => void,
): Promise<{ readonly report: Report; readonly ofOther: boolean }>;
