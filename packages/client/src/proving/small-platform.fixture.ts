import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  COSIGNATURE,
  canonicalText,
  checkpointText,
  cosignNote,
  ED25519,
  formatNote,
  formatVkey,
  generateKey,
  inclusionPath,
  type JsonObject,
  merkleLeaf,
  merkleRoot,
  POLICY_HEADER,
  type Policy,
  type Receipt,
  readPolicy,
  receiptSigner,
  sealBody,
  sealHeader,
  signNote,
  vkeyOf,
} from '@cytoledger/attest';

const ORIGIN = 'cells.example/log';
const SECOND = 1000;

type Stored = { readonly stream: string; readonly header: Buffer; readonly body: Buffer };

/** How the operator of a small platform behaves. Each is asked at every request. */
export type Conduct = {
  /** What is written instead of what was sent. */
  rewrite: (content: JsonObject) => JsonObject;
  /** What it says that it did with what was sent; the receipt is that of what it wrote, whatever that was. */
  outcome: 'recorded' | 'prepared' | 'unreconciled';
  /** Answers that the event is not released yet. */
  unreleased: boolean;
  /** Knows nothing of any event. */
  denies: boolean;
  /** Shows no body. */
  withholds: boolean;
  /** When witnesses have cosigned, ms. */
  cosignedAt: () => number;
};

/** A platform as far as the outbox sees it: takes events, gives receipts and proofs. One event for each stream. */
export class SmallPlatform {
  readonly conduct: Conduct = {
    rewrite: (content) => content,
    outcome: 'recorded',
    unreleased: false,
    denies: false,
    withholds: false,
    cosignedAt: () => Date.now(),
  };
  readonly #keys = { log: generateKey(), receipts: generateKey(), witness: generateKey() };
  readonly #stored: Stored[] = [];
  readonly #sign = receiptSigner({
    origin: ORIGIN,
    name: 'receipts.example',
    privateKey: this.#keys.receipts.privateJwk,
    includeWithinMs: 60 * SECOND,
  });
  readonly #server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { status, text } = this.#answer(request.url ?? '', body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  now = () => Date.now();

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get policy(): Policy {
    const { log, receipts, witness } = this.#keys;
    return readPolicy(
      [
        POLICY_HEADER,
        'version 1',
        `origin ${ORIGIN}`,
        `log ${formatVkey(vkeyOf(ORIGIN, log.publicJwk, ED25519))}`,
        `receipts ${formatVkey(vkeyOf('receipts.example', receipts.publicJwk, ED25519))}`,
        `witness ${formatVkey(vkeyOf('witness.example', witness.publicJwk, COSIGNATURE))}`,
        'quorum 1',
        '',
      ].join('\n'),
    );
  }

  #answer(url: string, body: string): { status: number; text: string } {
    const { unreleased, denies, withholds } = this.conduct;
    const json = (status: number, value: unknown) => ({ status, text: JSON.stringify(value) });
    if (url === '/v1/events') return { status: 200, text: this.#capture(body.trimEnd().split('\n')) };
    if (url === '/log/checkpoint') return { status: 200, text: this.#checkpoint() };
    if (denies) return json(404, { title: 'Not found', code: 'not-found' });
    const [, , , stream = '', seq] = url.split(/[/?]/);
    const index = this.#stored.findIndex((event) => event.stream === stream);
    if (seq === 'history') {
      return json(200, { events: [{ body: withholds ? null : JSON.parse(this.#stored[index]!.body.toString()) }] });
    }
    if (unreleased) return json(503, { title: 'Not yet', code: 'not-released-yet' });
    const hashes = inclusionPath(index, this.#leaves).map((hash) => hash.toString('base64url'));
    const { header } = this.#stored[index]!;
    const inclusion = { index, size: this.#stored.length, hashes };
    return json(200, { header: header.toString(), inclusion, checkpoint: this.#checkpoint() });
  }

  #capture(lines: readonly string[]): string {
    const receipts = lines.map((line) => this.#store(JSON.parse(line)));
    const told = this.#sign(receipts).map((receipt, n) => ({ line: n + 1, status: 201, outcome: this.conduct.outcome, receipt }));
    return told.map((each) => `${JSON.stringify({ ...each, findings: [], warnings: [] })}\n`).join('');
  }

  #store(line: JsonObject): Receipt {
    const isSigned = typeof line['content'] === 'string';
    const said = isSigned ? (JSON.parse(line['content'] as string) as JsonObject) : { nonce: 'A'.repeat(22), ...line };
    const content = this.conduct.rewrite(said);
    const { id, type, stream } = content as { id: string; type: string; stream: string };
    const body = sealBody({
      actor: { org: 'lab-a', person: null, role: 'lab.operator', client: 'lims' },
      basis: [],
      causation: null,
      contentText: canonicalText(content),
      correlation: 'specification',
    });
    const recordedAt = new Date(this.now()).toISOString();
    const { bytes, leaf } = sealHeader({ id, stream, seq: 0, prev: null, recordedAt, body, signatures: [] });
    this.#stored.push({ stream, header: bytes, body });
    return { id, type, stream, seq: 0, position: String(this.#stored.length), leaf, recordedAt, proof: '' };
  }

  get #leaves(): Buffer[] {
    return this.#stored.map(({ header }) => merkleLeaf(header));
  }

  #checkpoint(): string {
    const text = checkpointText({ origin: ORIGIN, size: this.#stored.length, root: merkleRoot(this.#leaves) });
    const { log, witness } = this.#keys;
    return formatNote({
      text,
      signatures: [
        signNote(text, { name: ORIGIN, privateKey: log.privateJwk }),
        cosignNote(
          text,
          { name: 'witness.example', privateKey: witness.privateJwk },
          Math.floor(this.conduct.cosignedAt() / SECOND),
        ),
      ],
    });
  }
}
