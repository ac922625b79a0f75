import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AttestError,
  COSIGNATURE,
  cosignNote,
  formatNote,
  formatVkey,
  generateKey,
  readCheckpoint,
  readNote,
  verifyConsistency,
  vkeyOf,
} from '@cytoledger/attest';

type Seen = { readonly size: number; readonly root: Buffer };

/** How a witness answers. */
export type Manner = 'honest' | 'asleep' | 'lying' | 'boasting' | 'shut';

/** A witness as small as C2SP tlog-witness lets it be, in memory, which can be made to misbehave. */
export class WitnessDouble {
  readonly name: string;
  manner: Manner = 'honest';
  seen: Seen | undefined;
  /** Sizes that it has been asked to cosign. */
  readonly asked: number[] = [];
  readonly #key = generateKey();
  readonly #server: Server;
  #url = '';

  constructor(name: string) {
    this.name = name;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const { status, text } = await this.#answer(Buffer.concat(chunks).toString('utf8'));
        response.writeHead(status).end(text);
      });
    });
  }

  get url(): string {
    return this.#url;
  }

  get vkey(): string {
    return formatVkey(vkeyOf(this.name, this.#key.publicJwk, COSIGNATURE));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(body: string): Promise<{ status: number; text: string }> {
    if (this.manner === 'shut') return { status: 503, text: 'shut\n' };
    if (this.manner === 'asleep') await delay(60_000, undefined, { ref: false });
    const end = body.indexOf('\n\n');
    const [first, ...proof] = body.slice(0, end).split('\n');
    const { text } = readNote(body.slice(end + 2));
    const { size, root } = readCheckpoint(text);
    this.asked.push(size);
    if (this.manner === 'boasting') return { status: 409, text: `${size + 1000}\n` };
    const old = Number(first!.slice('old '.length));
    const { size: held, root: heldRoot } = this.seen ?? { size: 0, root };
    if (old !== held || (held === size && !heldRoot.equals(root))) return { status: 409, text: `${held}\n` };
    try {
      const path = proof.map((line) => Buffer.from(line, 'base64'));
      if (held > 0) verifyConsistency({ size1: held, root1: heldRoot, size2: size, root2: root, path });
    } catch (error) {
      if (error instanceof AttestError) return { status: 422, text: `${error.code}\n` };
      throw error;
    }
    this.seen = { size, root };
    const told = this.manner === 'lying' ? text.replace(/\n\d+\n/, '\n7\n') : text;
    const signature = cosignNote(told, { name: this.name, privateKey: this.#key.privateJwk }, Math.floor(Date.now() / 1000));
    return { status: 200, text: formatNote({ text, signatures: [signature] }).slice(text.length + 1) };
  }
}
