import { createPrivateKey } from 'node:crypto';
import {
  type Actor,
  type BasisEntry,
  COSIGNATURE,
  type Content,
  canonicalText,
  checkpointText,
  contentDigest,
  contentText,
  cosignNote,
  digestOf,
  ED25519,
  encodeHeadProof,
  formatNote,
  formatVkey,
  headsNoteText,
  type JsonObject,
  KEY_TYP,
  merkleRoot,
  POLICY_HEADER,
  type Policy,
  type PrivateJwk,
  type PublicJwk,
  readPolicy,
  type Signature,
  sealBody,
  sealHeader,
  sha256,
  signContent,
  signNote,
  signStatement,
  thumbprint,
  vkeyOf,
} from '@cytoledger/attest';
import { type HeadsMap, openHeadsMap } from '@cytoledger/attest/disk';
import { type BundleEntry, type BundleSize, bundleLines, type Unshown } from '@cytoledger/attest/evidence';

export type Key = { readonly privateJwk: PrivateJwk; readonly publicJwk: PublicJwk; readonly kid: string };

/** The same key for the same name, always. For tests only: whoever knows the name has the key. */
export function keyNamed(name: string): Key {
  const seed = sha256(`cytoledger test key ${name}`);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const { x, d } = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' }) as PrivateJwk;
  const publicJwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x };
  return { privateJwk: { ...publicJwk, d }, publicJwk, kid: thumbprint(publicJwk) };
}

export type Recorded = {
  readonly index: number;
  readonly stream: string;
  readonly seq: number;
  readonly id: string;
  readonly leaf: string;
  readonly recordedAt: string;
  readonly contentText: string;
  readonly header: Buffer;
  readonly body: Buffer;
};

export type Append = {
  readonly type: string;
  readonly data?: JsonObject;
  readonly actor?: Partial<Actor>;
  readonly basis?: readonly BasisEntry[];
  /** Made over the content's text, which is known only here. */
  readonly sign?: (contentText: string) => readonly Signature[];
  /** What the operator writes against the rules. */
  readonly against?: { readonly recordedAt?: string; readonly prev?: string; readonly seq?: number; readonly id?: string };
};

export type BundleOptions = {
  readonly subject: string;
  /** In the bundle, besides the subject; key streams among them. */
  readonly streams?: readonly string[];
  readonly absent?: readonly string[];
  readonly lineage?: boolean;
  readonly unshown?: (event: Recorded) => Unshown | undefined;
  readonly disclosures?: (event: Recorded) => readonly string[];
  /** Sizes below the last at which checkpoints are given. */
  readonly checkpoints?: readonly number[];
  /** Sizes of which only the root is given. */
  readonly prefixes?: readonly number[];
  /** Entries that are left out, with an inclusion proof that fits the rest. */
  readonly omitted?: (event: Recorded) => boolean;
  /** The checkpoint; the newest unless said. */
  readonly size?: number;
};

const START = Date.parse('2026-11-21T08:00:00.000Z');
export const ORIGIN = 'log.cytoledger.example/attacks';

/** Operator, witnesses and monitors of a small log, all in one process, with keys that are always the same. */
export class Ledger {
  readonly events: Recorded[] = [];
  readonly notes = new Map<number, string>();
  readonly headsNotes = new Map<number, string>();
  readonly log: Key;
  readonly roots = new Map<string, Key>();
  readonly #heads = new Map<string, Recorded>();
  readonly #maps = new Map<number, HeadsMap>();
  /** Seconds after the start. */
  #now = 0;
  #ids = 0;

  constructor(organisations: readonly string[] = ['lab', 'hospital'], logName = 'log') {
    this.log = keyNamed(logName);
    for (const organisation of organisations) this.roots.set(organisation, keyNamed(`root of ${organisation}`));
  }

  get size(): number {
    return this.events.length;
  }

  get policyText(): string {
    const line = (role: string, name: string, key: Key, type: 1 | 4, more = '') =>
      `${role} ${formatVkey(vkeyOf(name, key.publicJwk, type))}${more}`;
    return [
      POLICY_HEADER,
      '# for tests: the keys are made from their names',
      'version 7',
      `origin ${ORIGIN}`,
      line('log', ORIGIN, keyNamed('log'), ED25519),
      ...WITNESSES.map((name) => line('witness', name, keyNamed(name), COSIGNATURE)),
      line('witness', 'operator.example', keyNamed('operator.example'), COSIGNATURE, ' operator'),
      ...MONITORS.map((name) => line('monitor', name, keyNamed(name), COSIGNATURE)),
      ...['lab', 'hospital'].map((name) => line('organisation', name, keyNamed(`root of ${name}`), ED25519)),
      'quorum 3',
      'monitors 2',
      'delta 300',
      '',
    ].join('\n');
  }

  get policy(): Policy {
    return readPolicy(this.policyText);
  }

  /** Lets time go by. */
  wait(seconds: number): void {
    this.#now += seconds;
  }

  get nowSeconds(): number {
    return START / 1000 + this.#now;
  }

  head(stream: string): Recorded | undefined {
    return this.#heads.get(stream);
  }

  append(stream: string, { type, data = {}, actor = {}, basis = [], sign, against = {} }: Append): Recorded {
    this.#now += 1;
    const id = against.id ?? eventId(START + this.#now * 1000, this.#ids++);
    const content: Content = {
      nonce: digestOf(`nonce ${id}`).slice(0, 21).concat('A'),
      id,
      type,
      stream,
      occurredAt: '2026-11-21T15:59:00+08:00',
      capture: { mode: 'direct', precision: 's' },
      data,
    };
    const text = contentText(content);
    const body = sealBody({
      actor: { org: 'lab', person: 'p-1', role: 'lab.operator', client: null, ...actor },
      basis,
      causation: null,
      contentText: text,
      correlation: id,
    });
    const before = this.#heads.get(stream);
    const seq = against.seq ?? (before?.seq ?? -1) + 1;
    const recordedAt = against.recordedAt ?? new Date(START + this.#now * 1000 + 113).toISOString();
    const prev = against.prev ?? before?.leaf ?? null;
    const { bytes, leaf } = sealHeader({ id, stream, seq, prev, recordedAt, body, signatures: sign?.(text) ?? [] });
    const event = { index: this.size, stream, seq, id, leaf, recordedAt, contentText: text, header: bytes, body };
    this.events.push(event);
    this.#heads.set(stream, event);
    return event;
  }

  /** Signed by the log, cosigned by witnesses, at the size the log has now. */
  checkpoint({ by = WITNESSES, fork = 0 }: { by?: readonly string[]; fork?: number } = {}): string {
    this.#now += 1;
    const { size } = this;
    const text = checkpointText({ origin: ORIGIN, size, root: this.root(size) });
    const signatures = [
      signNote(text, { name: ORIGIN, privateKey: this.log.privateJwk }),
      ...by.map((name, n) => cosignNote(text, { name, privateKey: keyNamed(name).privateJwk }, this.nowSeconds + n + fork)),
      cosignNote(text, { name: 'operator.example', privateKey: keyNamed('operator.example').privateJwk }, this.nowSeconds),
    ];
    const note = formatNote({ text, signatures });
    this.notes.set(size, note);
    this.#now += by.length;
    this.publishHeads();
    return note;
  }

  publishHeads(by: readonly string[] = MONITORS, mapRoot?: Buffer): string {
    const { size } = this;
    const text = headsNoteText({
      origin: ORIGIN,
      size,
      mainRoot: this.root(size),
      mapRoot: mapRoot ?? this.headsMap(size).root(),
    });
    const signatures = [
      signNote(text, { name: ORIGIN, privateKey: this.log.privateJwk }),
      ...by.map((name) => cosignNote(text, { name, privateKey: keyNamed(name).privateJwk }, this.nowSeconds)),
    ];
    const note = formatNote({ text, signatures });
    this.headsNotes.set(size, note);
    return note;
  }

  root(size: number): Buffer {
    return merkleRoot(this.#leaves(0, size));
  }

  headsMap(size: number): HeadsMap {
    const known = this.#maps.get(size);
    if (known !== undefined) return known;
    const map = openHeadsMap({ path: ':memory:' });
    const last = new Map(this.events.slice(0, size).map((event) => [event.stream, event]));
    map.advance(
      size,
      [...last.values()].map(({ stream, seq, index, leaf, header }) => ({
        stream,
        seq,
        index,
        leafHash: Buffer.from(leaf, 'base64url'),
        headerHash: sha256(header),
      })),
    );
    this.#maps.set(size, map);
    return map;
  }

  async bundle(options: BundleOptions): Promise<string> {
    const { subject, lineage = false, checkpoints = [], prefixes = [], absent = [] } = options;
    const size = options.size ?? [...this.notes.keys()].at(-1)!;
    const streams = new Set([subject, ...(options.streams ?? [])]);
    const entries = this.events.slice(0, size).filter((event) => streams.has(event.stream) && !options.omitted?.(event));
    const shown = entries.map((event): BundleEntry => {
      const body = options.unshown?.(event) ?? event.body;
      return { ...event, body, disclosures: typeof body === 'string' ? [] : (options.disclosures?.(event) ?? []) };
    });
    const isKey = ({ stream }: { stream: string }) => stream.startsWith('key-');
    const sizes: BundleSize[] = [
      ...prefixes.map((at) => ({ size: at, root: this.root(at) })),
      ...[...checkpoints, size].map((at) => ({ size: at, note: this.notes.get(at)! })),
    ].sort((a, b) => a.size - b.size);
    const map = this.headsMap(size);
    let text = '';
    for await (const line of bundleLines(
      {
        origin: ORIGIN,
        sizes,
        heads: this.headsNotes.get(size)!,
        consistency: (size1, size2) => this.#consistency(size1, size2),
        subtree: (low, high) => merkleRoot(this.#leaves(low, high)),
        headProof: (stream) => encodeHeadProof(map.prove(stream).proof),
      },
      {
        subject,
        lineage,
        keys: shown.filter(isKey),
        entries: shown.filter((entry) => !isKey(entry)),
        absent: [...absent, ...(entries.some(({ stream }) => stream === subject) ? [] : [subject])],
      },
    ))
      text += line;
    return text;
  }

  /** A person's key, or a client's where there is no person; `root` is whose signature vouches. */
  enrol(key: Key, org: string, person: string | null, { root = this.roots.get(org)!, publicJwk = key.publicJwk } = {}): Recorded {
    const kid = thumbprint(publicJwk);
    const statement = { kid, publicKey: publicJwk, org, person, roles: ['lab.qa'] };
    return this.append(`key-${kid}`, {
      type: 'key.enrolled.v1',
      data: {
        ...statement,
        statements: {
          byOrganisation: signStatement(KEY_TYP, statement, root.privateJwk),
          byKey: signStatement(KEY_TYP, statement, key.privateJwk),
        },
      },
    });
  }

  revoke(key: Key, org: string, compromisedFrom?: string, root = this.roots.get(org)!): Recorded {
    const since: JsonObject = compromisedFrom === undefined ? {} : { compromisedFrom };
    const statement: JsonObject = { kid: key.kid, revoked: true, reason: 'compromised', ...since };
    return this.append(`key-${key.kid}`, {
      type: 'key.revoked.v1',
      data: {
        reason: 'compromised',
        ...since,
        statements: { byOrganisation: signStatement(KEY_TYP, statement, root.privateJwk) },
      },
    });
  }

  #leaves(low: number, high: number): Buffer[] {
    return this.events.slice(low, high).map(({ leaf }) => Buffer.from(leaf, 'base64url'));
  }

  #consistency(size1: number, size2: number): Buffer[] {
    const path: Buffer[] = [];
    let [low, high, whole] = [0, size2, true];
    while (high !== size1) {
      let half = 1;
      while (half * 2 < high - low) half *= 2;
      if (size1 <= low + half) {
        path.push(merkleRoot(this.#leaves(low + half, high)));
        high = low + half;
      } else {
        path.push(merkleRoot(this.#leaves(low, low + half)));
        [low, whole] = [low + half, false];
      }
    }
    if (!whole) path.push(merkleRoot(this.#leaves(low, high)));
    return path.reverse();
  }
}

export const WITNESSES = ['regulator.example', 'hospital-a.example', 'hospital-b.example', 'laboratory.example'];
export const MONITORS = ['monitor-a.example', 'monitor-b.example'];

export function esig(text: string, key: Key, meaning: string): Signature {
  return {
    jws: signContent({ contentDigest: contentDigest(text), meaning, signedAt: '2026-11-21T16:00:00+08:00' }, key.privateJwk),
  };
}

/** Writes one line of a bundle anew, canonically. */
export function relined(bundle: string, at: number, change: (line: JsonObject) => JsonObject): string {
  const lines = bundle.split('\n');
  lines[at] = canonicalText(change(JSON.parse(lines[at]!) as JsonObject));
  return lines.join('\n');
}

function eventId(milliseconds: number, n: number): string {
  const time = milliseconds.toString(16).padStart(12, '0');
  const h = digestHex(`id ${n}`);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${h.slice(0, 3)}-a${h.slice(3, 6)}-${h.slice(6, 18)}`;
}

function digestHex(text: string): string {
  return sha256(text).toString('hex');
}
