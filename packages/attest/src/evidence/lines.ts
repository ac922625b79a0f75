import { isDigest } from '../base64url.ts';
import { checkStream } from '../event-id.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { checkMember, countMember, exactly, textMember } from '../members.ts';
import { LIMITS } from './limits.ts';
import { check, refusedAs } from './refusal.ts';

export type BundleLine = {
  readonly kind: 'bundle';
  readonly v: 1;
  readonly origin: string;
  readonly size: number;
  readonly subject: string;
  readonly lineage: boolean;
};
export type CheckpointLine = { readonly kind: 'checkpoint'; readonly note: string; readonly consistency: readonly string[] };
export type PrefixLine = {
  readonly kind: 'prefix';
  readonly size: number;
  readonly root: string;
  readonly consistency: readonly string[];
};
export type HeadsLine = { readonly kind: 'heads'; readonly note: string };

/** Why a body is not in the bundle: the reader may not see it, or it is no longer there. */
export type Unshown = 'withheld' | 'erased';

export type EntryLine = {
  readonly kind: 'entry';
  readonly index: number;
  readonly header: JsonObject;
  readonly body: JsonObject | Unshown;
  readonly disclosures: readonly string[];
};
export type InclusionLine = { readonly kind: 'inclusion'; readonly hashes: readonly string[]; readonly more: boolean };
export type StreamLine = { readonly kind: 'stream'; readonly stream: string; readonly proof: string };
export type EndLine = { readonly kind: 'end'; readonly entries: number; readonly lines: number };

export type EvidenceLine =
  | BundleLine
  | CheckpointLine
  | PrefixLine
  | HeadsLine
  | EntryLine
  | InclusionLine
  | StreamLine
  | EndLine;
export type LineKind = EvidenceLine['kind'];

type LineOf<K extends LineKind> = Extract<EvidenceLine, { readonly kind: K }>;

const MEMBERS: { readonly [K in LineKind]: readonly string[] } = {
  bundle: ['kind', 'lineage', 'origin', 'size', 'subject', 'v'],
  checkpoint: ['consistency', 'kind', 'note'],
  prefix: ['consistency', 'kind', 'root', 'size'],
  heads: ['kind', 'note'],
  entry: ['body', 'disclosures', 'header', 'index', 'kind'],
  inclusion: ['hashes', 'kind', 'more'],
  stream: ['kind', 'proof', 'stream'],
  end: ['entries', 'kind', 'lines'],
};

const CHECKS: { readonly [K in LineKind]: (line: JsonObject) => void } = {
  bundle(line) {
    textMember(line, 'origin', '');
    isSize(line);
    checkStream(line['subject'], '/subject');
    isBoolean(line, 'lineage');
  },
  checkpoint(line) {
    isNote(line);
    areDigests(line, 'consistency', LIMITS.consistencyHashes);
  },
  prefix(line) {
    isSize(line);
    checkMember(isDigest(line['root']), '/root', 'a hash');
    areDigests(line, 'consistency', LIMITS.consistencyHashes);
  },
  heads: isNote,
  entry(line) {
    countMember(line, 'index', '');
    checkMember(isJsonObject(line['header']), '/header', 'an object');
    const { body, disclosures } = line;
    const shown = isJsonObject(body);
    checkMember(shown || body === 'withheld' || body === 'erased', '/body', 'an object, "withheld" or "erased"');
    const most = shown ? LIMITS.disclosures : 0;
    const fit = Array.isArray(disclosures) && disclosures.length <= most && disclosures.every((one) => typeof one === 'string');
    checkMember(fit, '/disclosures', 'an array of strings, and empty where no body is shown');
  },
  inclusion(line) {
    areDigests(line, 'hashes', LIMITS.inclusionHashesInLine);
    isBoolean(line, 'more');
  },
  stream(line) {
    checkStream(line['stream']);
    textMember(line, 'proof', '');
  },
  end(line) {
    countMember(line, 'entries', '');
    countMember(line, 'lines', '');
  },
};

/** @throws EvidenceRefusal `malformed-line` */
export function kindOf(value: JsonValue): LineKind {
  const kind = isJsonObject(value) ? value['kind'] : undefined;
  check(typeof kind === 'string' && Object.hasOwn(MEMBERS, kind), 'malformed-line', 'a line has one of the eight kinds');
  return kind as LineKind;
}

/**
 * A line whose kind is known, with exactly its members.
 *
 * @throws EvidenceRefusal `malformed-line`, `unsupported-version`
 */
export function readLine<K extends LineKind>(value: JsonValue, kind: K): LineOf<K> {
  if (kind === 'bundle')
    check((value as JsonObject)['v'] === 1, 'unsupported-version', 'this verifier reads bundles of version 1');
  refusedAs('malformed-line', () => CHECKS[kind](exactly(value, MEMBERS[kind], '')));
  return value as unknown as LineOf<K>;
}

function isSize(line: JsonObject): void {
  checkMember(countMember(line, 'size', '') >= 1, '/size', 'at least 1');
}

function isBoolean(line: JsonObject, name: string): void {
  checkMember(typeof line[name] === 'boolean', `/${name}`, 'true or false');
}

function isNote(line: JsonObject): void {
  const note = textMember(line, 'note', '');
  checkMember(Buffer.byteLength(note) <= LIMITS.noteBytes, '/note', `at most ${LIMITS.noteBytes} bytes`);
}

function areDigests(line: JsonObject, name: string, most: number): void {
  const value = line[name];
  const fit = Array.isArray(value) && value.length <= most && value.every(isDigest);
  checkMember(fit, `/${name}`, `an array of at most ${most} hashes`);
}
