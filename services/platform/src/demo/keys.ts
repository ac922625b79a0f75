import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKey, type PrivateJwk, type PublicJwk, thumbprint } from '@cytoledger/attest';

export type DemoKey = { readonly kid: string; readonly publicJwk: PublicJwk; readonly privateJwk: PrivateJwk };

const SECRET_BYTES = 32;

/** The private keys of everybody who signs in the demo, one file each, readable by their owner only. They are no one's outside the demo. */
export class DemoKeys {
  readonly #folder: string;
  readonly #known = new Map<string, DemoKey>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<DemoKeys> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new DemoKeys(folder);
  }

  /** Made when it is first asked for: `root@lab-a`, `staff-lab-a-03`. */
  async key(name: string): Promise<DemoKey> {
    const known = this.#known.get(name) ?? keyOf(JSON.parse(await this.#kept(`${name}.json`, () => makeKey())) as PrivateJwk);
    this.#known.set(name, known);
    return known;
  }

  /** From which the nonces and salts of signed contents follow, so that a retry after a kill sends the same bytes. */
  async secret(): Promise<Buffer> {
    return Buffer.from(await this.#kept('secret.txt', () => randomBytes(SECRET_BYTES).toString('base64url')), 'base64url');
  }

  async #kept(file: string, make: () => string): Promise<string> {
    const path = join(this.#folder, file);
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const made = make();
    await writeFile(path, made, { mode: 0o600, flag: 'wx', flush: true });
    return made;
  }
}

function makeKey(): string {
  return `${JSON.stringify(generateKey().privateJwk)}\n`;
}

function keyOf(privateJwk: PrivateJwk): DemoKey {
  const { kty, crv, x } = privateJwk;
  const publicJwk: PublicJwk = { kty, crv, x };
  return { kid: thumbprint(publicJwk), publicJwk, privateJwk };
}
