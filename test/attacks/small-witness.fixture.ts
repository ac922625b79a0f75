import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COSIGNATURE, cosignNote, formatNote, formatVkey, generateKey, readNote, vkeyOf } from '@cytoledger/attest';

/** Cosigns whatever it is shown, at once, or nothing while it is asleep. */
export class SmallWitness {
  readonly name: string;
  isAsleep = false;
  readonly #key = generateKey();
  readonly #server: Server;

  private constructor(name: string) {
    this.name = name;
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      if (this.isAsleep) return void response.writeHead(503).end();
      const { text } = readNote(body.slice(body.indexOf('\n\n') + 2));
      const signature = cosignNote(text, { name, privateKey: this.#key.privateJwk }, Math.floor(Date.now() / 1000));
      response.writeHead(200).end(formatNote({ text, signatures: [signature] }).slice(text.length + 1));
    });
  }

  static async listen(name: string): Promise<SmallWitness> {
    const witness = new SmallWitness(name);
    await new Promise<void>((resolve) => witness.#server.listen(0, '127.0.0.1', resolve));
    return witness;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get vkey(): string {
    return formatVkey(vkeyOf(this.name, this.#key.publicJwk, COSIGNATURE));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
