import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTileLog, type TileLog } from './disk.ts';
import {
  COSIGNATURE,
  checkpointText,
  cosignNote,
  ED25519,
  formatNote,
  formatVkey,
  generateKey,
  merkleLeaf,
  readNote,
  readVkey,
  signNote,
  tilePath,
  tilesOf,
  verifyNote,
  vkeyOf,
} from './index.ts';

const GO_PROGRAM = join(import.meta.dirname, '../interop/go');
// Whatever Go is installed, and no other that it might fetch.
const GO_ENVIRONMENT = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '' };
const DOWNLOAD_MS = 60_000;
const BUILD_MS = 240_000;

const noGo = whyNotGo();
if (noGo) console.warn(`skipped: golang.org/x/mod does not check notes, proofs and tiles: ${noGo}`);
const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';
if (noOpenssl) console.warn(`skipped: openssl does not check a checkpoint's signature: ${noOpenssl}`);

function whyNotGo(): string | undefined {
  if (spawnSync('go', ['version'], { env: GO_ENVIRONMENT }).status !== 0) return 'Go is not installed';
  const options = { cwd: GO_PROGRAM, env: GO_ENVIRONMENT, timeout: DOWNLOAD_MS, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('go', ['mod', 'download'], options);
  return status === 0 ? undefined : `its modules are not there (${stderr.trim().split('\n').at(-1)})`;
}

const SIZE = 66_000;
const ORIGIN = 'cells.example/log';
const base64 = (hash: Uint8Array) => Buffer.from(hash).toString('base64');
const [operator, witness] = [generateKey(), generateKey()];
const leaves = Array.from({ length: SIZE }, (_, i) => merkleLeaf(Buffer.from(`entry ${i}`)));

let folder: string;
let log: TileLog;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-interop-'));
  log = await openTileLog({ folder: join(folder, 'log') });
  log.append(leaves);
  await log.flush();
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

function checkpoint() {
  const text = checkpointText({ origin: ORIGIN, size: SIZE, root: log.root() });
  const signature = signNote(text, { name: ORIGIN, privateKey: operator.privateJwk });
  const cosignature = cosignNote(text, { name: 'witness.example', privateKey: witness.privateJwk }, 1_795_000_000);
  return { text, signature, note: formatNote({ text, signatures: [signature, cosignature] }) };
}

type GoOutput = {
  text: string;
  signers: string[];
  unverified: number;
  records: boolean[];
  trees: boolean[];
  leaves: string[];
  note: string;
  vkey: string;
};

describe.skipIf(noGo !== undefined)('golang.org/x/mod', () => {
  it(
    'opens our notes, accepts our proofs and tiles, refuses what is wrong with them, and signs notes that we open',
    async () => {
      const tiles = join(folder, 'tiles');
      for (const tile of tilesOf(SIZE).filter(({ level }) => level !== 'entries')) {
        const path = join(tiles, tilePath(tile));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, log.tile(tile)!);
      }
      const record = (index: number, size: number) => ({
        index,
        size,
        leaf: base64(log.leaf(index)),
        root: base64(log.root(size)),
        path: log.inclusion(index, size).map(base64),
      });
      const tree = (size1: number, size2: number) => ({
        size1,
        root1: base64(log.root(size1)),
        size2,
        root2: base64(log.root(size2)),
        path: log.consistency(size1, size2).map(base64),
      });
      const places = [1, 2, 3, 255, 256, 257, 4_096, 65_535, 65_536, 65_537, SIZE];
      const records = places.flatMap((size) => [0, size >> 1, size - 1].map((index) => record(index, size)));
      const trees = places.flatMap((size1) => [size1, size1 + 1, SIZE].filter((to) => to <= SIZE).map((to) => tree(size1, to)));
      const { note, text } = checkpoint();

      const { status, stdout, stderr } = spawnSync('go', ['run', '.'], {
        cwd: GO_PROGRAM,
        env: GO_ENVIRONMENT,
        encoding: 'utf8',
        timeout: BUILD_MS,
        maxBuffer: 64 * 1024 * 1024,
        input: JSON.stringify({
          vkeys: [formatVkey(vkeyOf(ORIGIN, operator.publicJwk, ED25519))],
          note,
          records: [...records, { ...record(5, SIZE), index: 6 }, { ...record(5, SIZE), root: base64(leaves[0]!) }],
          trees: [...trees, { ...tree(5, SIZE), size1: 6 }, { ...tree(5, SIZE), root1: base64(leaves[0]!) }],
          tiles,
          size: SIZE,
          root: base64(log.root()),
        }),
      });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const answer = JSON.parse(stdout) as GoOutput;

      expect(answer).toMatchObject({ text, signers: [ORIGIN], unverified: 1 });
      expect(answer.records).toEqual([...records.map(() => true), false, false]);
      expect(answer.trees).toEqual([...trees.map(() => true), false, false]);
      expect(answer.leaves).toEqual(leaves.map(base64));
      const theirs = readVkey(answer.vkey);
      const opened = readNote(answer.note);
      expect(opened.text).toBe(note);
      expect(verifyNote(opened, [theirs])).toEqual([{ key: theirs }]);
    },
    BUILD_MS,
  );
});

describe.skipIf(noOpenssl !== undefined)('openssl', () => {
  it("verifies a checkpoint's signature and a witness's over the bytes that the specifications name, and no other bytes", async () => {
    const verifies = async (x: typeof operator, data: string, signature: Uint8Array) => {
      const [key, text, sig] = ['key.pem', 'text', 'sig'].map((name) => join(folder, name)) as [string, string, string];
      await writeFile(key, createPublicKey({ key: { ...x.publicJwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
      await writeFile(text, data);
      await writeFile(sig, signature);
      const args = ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', text, '-sigfile', sig];
      return spawnSync('openssl', args).status === 0;
    };
    const { note, text } = checkpoint();
    const [plain, cosignature] = readNote(note).signatures;
    expect(await verifies(operator, text, plain!.signature)).toBe(true);
    expect(await verifies(operator, text.replace('66000', '66001'), plain!.signature)).toBe(false);
    const stamped = `cosignature/v1\ntime 1795000000\n${text}`;
    expect(await verifies(witness, stamped, cosignature!.signature.subarray(8))).toBe(true);
    expect(await verifies(witness, text, cosignature!.signature.subarray(8))).toBe(false);
    expect(verifyNote(readNote(note), [vkeyOf('witness.example', witness.publicJwk, COSIGNATURE)])).toHaveLength(1);
  });
});
