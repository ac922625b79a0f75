import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  COSIGNATURE,
  checkpointText,
  consistencyFrom,
  cosignNote,
  ED25519,
  entryBundle,
  formatNote,
  formatVkey,
  generateKey,
  headsNoteText,
  merkleLeaf,
  merkleNode,
  merkleRoot,
  type NoteSignature,
  POLICY_HEADER,
  type PrivateJwk,
  readNote,
  readTilePath,
  sealHeader,
  sha256,
  signNote,
  TILE_WIDTH,
  vkeyOf,
} from '@cytoledger/attest';
import { openHeadsMap, type StreamHead } from '@cytoledger/attest/disk';

/** 2026-11-21T08:00:00Z in seconds: when the fake log begins. */
export const BEGINNING = 1_795_248_000;
export const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

type Key = { readonly name: string; readonly privateKey: PrivateJwk };

export const newKey = (name: string): Key => ({ name, privateKey: generateKey().privateJwk });

export function vkeyText({ name, privateKey: { kty, crv, x } }: Key, type: typeof ED25519 | typeof COSIGNATURE): string {
  return formatVkey(vkeyOf(name, { kty, crv, x }, type));
}

const leaves = new WeakMap<Buffer, Buffer>();

/** Hashed once for each entry: these logs are asked for the same nodes again and again. */
function leafOf(bytes: Buffer): Buffer {
  const known = leaves.get(bytes) ?? merkleLeaf(bytes);
  leaves.set(bytes, known);
  return known;
}

type Recorded = { readonly stream: string; readonly seq: number; readonly bytes: Buffer };
export type Forgery = { readonly seq?: number; readonly prev?: string | null; readonly recordedAt?: string };

/** A log in memory, which does what it should unless it is told otherwise. */
export class FakeLog {
  readonly origin: string;
  readonly key: Key;
  readonly witnesses: readonly Key[];
  readonly entries: Recorded[] = [];
  /** What is served. */
  checkpoint: string | undefined;
  heads: string | undefined;
  /** What monitors handed in. */
  readonly cosignatures: string[] = [];
  readonly asked: string[] = [];

  constructor({
    origin = 'log.example/cells',
    key = newKey(origin),
    witnesses = [1, 2, 3, 4].map((n) => newKey(`w${n}.example`)),
  } = {}) {
    this.origin = origin;
    this.key = key;
    this.witnesses = witnesses;
  }

  /** The same keys and the same entries so far: another history may follow. */
  fork(): FakeLog {
    const other = new FakeLog({ origin: this.origin, key: this.key, witnesses: [...this.witnesses] });
    other.entries.push(...this.entries);
    return other;
  }

  get vkey(): string {
    return vkeyText(this.key, ED25519);
  }

  get size(): number {
    return this.entries.length;
  }

  policy({ monitors = [], delta = 300 }: { monitors?: readonly string[]; delta?: number } = {}): string {
    return [
      POLICY_HEADER,
      'version 1',
      `origin ${this.origin}`,
      `log ${this.vkey}`,
      ...this.witnesses.map((key) => `witness ${vkeyText(key, COSIGNATURE)}`),
      'quorum 3',
      ...monitors.map((vkey) => `monitor ${vkey}`),
      `monitors ${Math.min(1, monitors.length)}`,
      `delta ${delta}`,
      '',
    ].join('\n');
  }

  /** The next event of a stream, sealed as it should be but for the forgery. */
  append(stream: string, at: number, { seq, prev, recordedAt = iso(at) }: Forgery = {}): void {
    const last = this.entries.findLast((entry) => entry.stream === stream);
    const own = seq ?? (last === undefined ? 0 : last.seq + 1);
    const n = this.size.toString(16).padStart(12, '0');
    const { bytes } = sealHeader({
      id: `0192f5c4-0000-7000-8000-${n}`,
      stream,
      seq: own,
      prev:
        prev !== undefined
          ? prev
          : own === 0
            ? null
            : (last === undefined ? sha256('') : leafOf(last.bytes)).toString('base64url'),
      recordedAt,
      body: Buffer.from(`body ${stream} ${this.size}`),
      signatures: [],
    });
    this.entries.push({ stream, seq: own, bytes });
  }

  /** `count` events over some streams, the last of them at `at`. */
  grow(count: number, at: number, streams = 7): void {
    for (let i = 0; i < count; i++) this.append(`batch-${this.size % streams}`, at);
  }

  root(size = this.size): Buffer {
    return merkleRoot(this.#leaves(size));
  }

  signed(size = this.size): string {
    const text = checkpointText({ origin: this.origin, size, root: this.root(size) });
    return formatNote({ text, signatures: [signNote(text, this.key)] });
  }

  /** What the witness protocol sends. */
  addCheckpoint(oldSize: number, size = this.size, note = this.signed(size)): Buffer {
    const proof = oldSize === 0 || oldSize > size ? [] : consistencyFrom(this.#nodeAt, oldSize, size);
    return Buffer.from(`old ${oldSize}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`);
  }

  /** Has the checkpoint cosigned by so many of its witnesses, at a time, and serves it. */
  release(at: number, { size = this.size, by = 4 } = {}): void {
    const { text, signatures } = readNote(this.signed(size));
    const cosigned: NoteSignature[] = this.witnesses.slice(0, by).map((key) => cosignNote(text, key, at));
    this.checkpoint = formatNote({ text, signatures: [...signatures, ...cosigned] });
  }

  /** Serves a heads note; `heads` are what the map is made of. */
  publishHeads({ size = this.size, heads = this.headsAt(size), mainRoot = this.root(size) } = {}): void {
    const text = headsNoteText({ origin: this.origin, size, mainRoot, mapRoot: mapRoot(size, heads) });
    this.heads = formatNote({ text, signatures: [signNote(text, this.key)] });
  }

  headsAt(size: number): StreamHead[] {
    const heads = this.entries.slice(0, size).map(
      ({ stream, seq, bytes }, index): StreamHead => ({
        stream,
        seq,
        index,
        leafHash: leafOf(bytes),
        headerHash: sha256(bytes),
      }),
    );
    return [...new Map(heads.map((head) => [head.stream, head])).values()];
  }

  async serve(token = 'secret'): Promise<{ url: string; close(): Promise<void> }> {
    const server: Server = createServer((request, response) => {
      void this.#answer(request, token).then(({ status, body }) => response.writeHead(status).end(body));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      close: () =>
        new Promise((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        }),
    };
  }

  async #answer(request: IncomingMessage, token: string): Promise<{ status: number; body: string | Buffer }> {
    const path = request.url!.slice('/log/'.length);
    this.asked.push(path);
    if (path === 'checkpoint') return found(this.checkpoint);
    if (path === 'heads') return found(this.heads);
    if (path === 'heads/cosignatures') {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      this.cosignatures.push(Buffer.concat(chunks).toString());
      return { status: 201, body: '' };
    }
    const { level, index, width } = readTilePath(path);
    const start = index * TILE_WIDTH;
    if (level === 'entries') {
      if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, body: '' };
      return { status: 200, body: entryBundle(this.entries.slice(start, start + width).map(({ bytes }) => bytes)) };
    }
    const nodes = Array.from({ length: width }, (_, i) => this.#nodeAt(8 * level, start + i));
    return { status: 200, body: Buffer.concat(nodes) };
  }

  #leaves(size: number): Buffer[] {
    return this.entries.slice(0, size).map(({ bytes }) => leafOf(bytes));
  }

  readonly #nodeAt = (height: number, index: number): Buffer => {
    if (height === 0) return leafOf(this.entries[index]!.bytes);
    return merkleNode(this.#nodeAt(height - 1, 2 * index), this.#nodeAt(height - 1, 2 * index + 1));
  };
}

function found(note: string | undefined): { status: number; body: string } {
  return note === undefined ? { status: 404, body: '' } : { status: 200, body: note };
}

function mapRoot(size: number, heads: readonly StreamHead[]): Buffer {
  const map = openHeadsMap({ path: ':memory:' });
  try {
    map.advance(size, heads);
    return map.root();
  } finally {
    map.close();
  }
}
