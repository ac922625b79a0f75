import { MUTATIONS } from './mutations.ts';
import { SeededRandom } from './random.ts';

export type Mutant = { readonly n: number; readonly what: string; readonly bundle: Buffer };

/** Bundles that somebody tampered with: the same for the same bundle, count and seed. Every kind of mutation has its turn. */
export function* mutantsOf(bundle: Buffer, count: number, seed = 1): Generator<Mutant> {
  const kinds = Object.entries(MUTATIONS);
  for (let n = 0; n < count; n++) {
    const [what, mutate] = kinds[n % kinds.length]!;
    yield { n, what, bundle: mutate(bundle, new SeededRandom(seed * 1_000_003 + n)) };
  }
}

/** A mutant as what to put in the place of bytes [from, to) of the bundle that it was made of: short enough to keep ten thousand. */
export type Splice = { readonly from: number; readonly to: number; readonly with: string };

/** `with` is padded base64. */
export function spliceOf(original: Buffer, mutant: Buffer): Splice {
  const most = Math.min(original.length, mutant.length);
  let from = 0;
  while (from < most && original[from] === mutant[from]) from++;
  let same = 0;
  while (same < most - from && original[original.length - 1 - same] === mutant[mutant.length - 1 - same]) same++;
  return { from, to: original.length - same, with: mutant.subarray(from, mutant.length - same).toString('base64') };
}
