import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  COSIGNATURE,
  checkpointText,
  contentText,
  cosignNote,
  ED25519,
  formatNote,
  formatVkey,
  generateKey,
  headsNoteText,
  merkleLeaf,
  POLICY_HEADER,
  type SignatureType,
  sealBody,
  sealHeader,
  sha256,
  signNote,
  vkeyOf,
} from '@cytoledger/attest';
import { openHeadsMap, openTileLog } from '@cytoledger/attest/disk';
import { type EventStore, type EventToAppend, openSqliteEventStore } from '@cytoledger/event-store';

export const ORIGIN = 'cells.example/log';

/** A log of `count` events, the first of which creates it; the others go to these streams in turn. */
export async function makeLog(path: string, count: number, streams: number): Promise<void> {
  const store = await openSqliteEventStore({ path });
  const heads = new Map<string, { seq: number; leaf: string }>();
  for (let n = 0; n < count; n++) {
    const stream = n === 0 ? 'log' : `batch-${n % streams}`;
    const type = n === 0 ? 'log.created.v1' : 'batch.held.v1';
    const head = heads.get(stream);
    const { event, leaf } = sealed(n, stream, type, head);
    await store.append(stream, head?.seq ?? 'none', [event]);
    heads.set(stream, { seq: (head?.seq ?? -1) + 1, leaf });
  }
  await store.close();
}

function sealed(n: number, stream: string, type: string, head: { seq: number; leaf: string } | undefined) {
  const id = `0192f5c4-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const body = sealBody({
    actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
    basis: [],
    causation: null,
    correlation: 'c',
    contentText: contentText({ nonce: 'AAAAAAAAAAAAAAAAAAAAAA', id, type, stream, occurredAt: null, capture: {}, data: { n } }),
  });
  const header = sealHeader({
    id,
    stream,
    seq: (head?.seq ?? -1) + 1,
    prev: head?.leaf ?? null,
    recordedAt: '2026-11-21T08:00:00.000Z',
    body,
    signatures: [],
  });
  return { event: { id, type, header: header.bytes, body } satisfies EventToAppend, leaf: header.leaf };
}

type Party = { readonly name: string; readonly privateKey: ReturnType<typeof generateKey>['privateJwk']; readonly vkey: string };

function party(name: string, type: SignatureType): Party {
  const { privateJwk, publicJwk } = generateKey();
  return { name, privateKey: privateJwk, vkey: formatVkey(vkeyOf(name, publicJwk, type)) };
}

/** Attests a log as the attestation service does: signed at its end, released at these sizes, with a heads note at the last of them. */
export async function attest(path: string, folder: string, releasedAt: readonly number[]): Promise<void> {
  const log = party(ORIGIN, ED25519);
  const witness = party('regulator', COSIGNATURE);
  await mkdir(folder, { recursive: true });
  const store = await openSqliteEventStore({ path, readOnly: true });
  const tiles = await openTileLog({ folder: join(folder, 'log') });
  const heads = openHeadsMap({ path: join(folder, 'heads.db') });
  const releases = new DatabaseSync(join(folder, 'releases.db'));
  releases.exec('PRAGMA journal_mode = WAL; CREATE TABLE release (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT');
  const index: Buffer[] = [];
  let published = '';
  for await (const { stream, revision, position, header } of events(store)) {
    const leafHash = merkleLeaf(header);
    heads.advance(index.length + 1, [{ stream, seq: revision, index: index.length, leafHash, headerHash: sha256(header) }]);
    tiles.append([leafHash]);
    index.push(positionRecord(position));
    if (!releasedAt.includes(index.length)) continue;
    published = released(index.length, tiles.root(index.length), log, witness);
    releases.prepare('INSERT INTO release VALUES (?, ?)').run(index.length, published);
    const text = headsNoteText({ origin: ORIGIN, size: index.length, mainRoot: tiles.root(index.length), mapRoot: heads.root() });
    await writeFile(join(folder, 'heads'), formatNote({ text, signatures: [signNote(text, log)] }));
  }
  await tiles.flush();
  const text = checkpointText({ origin: ORIGIN, size: index.length, root: tiles.root(index.length) });
  await writeFile(join(folder, 'signed'), formatNote({ text, signatures: [signNote(text, log)] }));
  await writeFile(join(folder, 'published'), published);
  await writeFile(join(folder, 'index'), Buffer.concat(index));
  const policy = [POLICY_HEADER, 'version 1', `origin ${ORIGIN}`, `log ${log.vkey}`, `witness ${witness.vkey}`, 'quorum 1', ''];
  await writeFile(join(folder, 'policy.txt'), policy.join('\n'));
  releases.close();
  heads.close();
  await tiles.close();
  await store.close();
}

function released(size: number, root: Buffer, log: Party, witness: Party): string {
  const text = checkpointText({ origin: ORIGIN, size, root });
  return formatNote({ text, signatures: [signNote(text, log), cosignNote(text, witness, 1_795_000_000)] });
}

async function* events(store: EventStore) {
  for await (const page of store.readAll()) yield* page;
}

function positionRecord(position: string): Buffer {
  const record = Buffer.alloc(16, 0xff);
  record.writeBigUInt64BE(BigInt(position), 0);
  return record;
}
