import { open } from 'node:fs/promises';
import { generateKey } from '@cytoledger/attest';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson } from '../io.ts';
import { isSet, type Options, text } from '../options.ts';

/** Makes an Ed25519 key. The private half goes into a file that only its owner may read, and nowhere else. */
export async function keygen(options: Options, io: Io): Promise<ExitCode> {
  const { privateJwk, publicJwk, kid } = generateKey();
  const path = text(options, 'out') ?? `key-${kid}.json`;
  await writeSecret(path, `${JSON.stringify(privateJwk)}\n`);
  if (isSet(options, 'json')) {
    printJson(io, { kid, publicKey: publicJwk, file: path });
    return EXIT.done;
  }
  print(io, `kid         ${kid}`);
  print(io, `public key  ${JSON.stringify(publicJwk)}`);
  print(io, `private key ${path} (keep it; nobody else has it)`);
  return EXIT.done;
}

async function writeSecret(path: string, content: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CliError(`${path} exists`, 'A key is never overwritten: choose another --out.');
    throw new CliError(`${path} cannot be written (${code})`, 'Choose another --out.');
  }
}
