import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Policy } from '@cytoledger/attest';
import { BundleVerifier, pathsOfBatch, type VerifiedBundle } from '@cytoledger/attest/evidence';

/**
 * Writes what a bundle holds as files of public specifications, for whoever would rather use other tools: `checkpoint` and `heads` (C2SP signed
 * notes), `checkpoints/<size>`, and of each entry `entries/<index>` (the header: hashed as a leaf), `entries/<index>.body` where it is shown, and
 * `entries/<index>.tlog-proof` (C2SP tlog-proof v1).
 *
 * @returns how many files
 */
export async function explode(
  folder: string,
  bytes: AsyncIterable<Uint8Array>,
  policy: Policy,
  { sizes, heads, leaves, hashes }: VerifiedBundle,
): Promise<number> {
  const { checkpoint } = sizes;
  let written = 0;
  const write = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    written++;
  };
  await mkdir(join(folder, 'entries'), { recursive: true });
  await mkdir(join(folder, 'checkpoints'), { recursive: true });
  await write('checkpoint', checkpoint.released.note);
  await write('heads', heads.note);
  for (const { size, released } of sizes.all) if (released) await write(join('checkpoints', String(size)), released.note);
  const paths = new Map<number, readonly Buffer[]>();
  for (const [place, path] of pathsOfBatch(checkpoint.size, leaves, hashes).entries()) paths.set(leaves.indices[place]!, path);
  const found: { readonly index: number; readonly header: string; readonly body: string | undefined }[] = [];
  const verifier = new BundleVerifier(policy, ({ index, body }, header, text) => {
    found.push({ index, header, body: typeof body === 'string' ? undefined : text });
  });
  for await (const chunk of bytes) {
    verifier.push(chunk);
    for (const { index, header, body } of found.splice(0)) {
      const entry = join('entries', String(index));
      await write(entry, header);
      if (body !== undefined) await write(`${entry}.body`, body);
      await write(`${entry}.tlog-proof`, proofText(index, paths.get(index)!, checkpoint.released.note));
    }
  }
  return written;
}

function proofText(index: number, path: readonly Buffer[], checkpoint: string): string {
  const hashes = path.map((hash) => `${hash.toString('base64')}\n`).join('');
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes}\n${checkpoint}`;
}
