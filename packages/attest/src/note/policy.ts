import { AttestError } from '../errors.ts';
import { readTreeSize } from './tree-size.ts';
import { COSIGNATURE, checkKeyName, ED25519, readVkey, type SignatureType, type Vkey } from './vkey.ts';

/** A pinned key and the log sizes at which it counts: `from` ≤ size < `below`. */
export type PolicyKey = Vkey & { readonly from: number; readonly below: number };

/** An operator's own witness may cosign, but counts neither in the quorum nor in what it is taken of. */
export type PolicyWitness = PolicyKey & { readonly ofOperator: boolean };

/** What a reader of one log trusts. All readers of an origin should hold the same version. */
export type Policy = {
  readonly version: number;
  readonly origin: string;
  readonly log: readonly PolicyKey[];
  readonly receipts: readonly PolicyKey[];
  readonly witnesses: readonly PolicyWitness[];
  readonly monitors: readonly PolicyKey[];
  /** Root keys; the name is the organisation's. */
  readonly organisations: readonly PolicyKey[];
  /** So many witnesses must have cosigned a checkpoint. */
  readonly quorum: number;
  /** So many monitors must have cosigned a heads note; 0 where completeness is asserted by the operator only. */
  readonly monitorQuorum: number;
  /** Seconds by which a recorded time may lie outside the cosignature times around its entry. */
  readonly delta: number;
};

export const POLICY_HEADER = 'cytoledger/policy/v1';

const ROLES = {
  log: ED25519,
  receipts: ED25519,
  witness: COSIGNATURE,
  monitor: COSIGNATURE,
  organisation: ED25519,
} as const satisfies Record<string, SignatureType>;
type Role = keyof typeof ROLES;

type KeyLine = { readonly role: Role; readonly key: PolicyWitness; readonly line: number };

/**
 * Reads a policy file. Its first line is {@link POLICY_HEADER}; then, in any order, one statement a line. Blank lines and lines that
 * begin with `#` say nothing, nor do spaces, tabs and a carriage return at the end of a line.
 *
 * ```text
 * version N                          once: which edition of the policy this is
 * origin NAME                        once
 * log VKEY [RANGE]                   type 01, named like the origin
 * receipts VKEY [RANGE]              type 01
 * witness VKEY [operator] [RANGE]    type 04
 * monitor VKEY [RANGE]               type 04
 * organisation VKEY [RANGE]          type 01, named like the organisation: its root key
 * quorum Q                           once: witnesses, the operator's own not counted
 * monitors M                         at most once; 0 unless said
 * delta SECONDS                      at most once; 300 unless said
 * ```
 *
 * RANGE is `from=SIZE`, `below=SIZE` or both. A name has one key at a size in a role, and a key stands in one line only. At every size
 * at which a log key counts, the quorum is reachable, and two quorums share a witness.
 *
 * @throws AttestError `invalid-policy` (its message names the line), and those of {@link readVkey}
 */
export function readPolicy(text: string): Policy {
  const lines = text.split('\n').map((line) => line.replace(/[ \t\r]+$/, ''));
  if (lines[0] !== POLICY_HEADER) throw invalid(1, `a policy begins with ${POLICY_HEADER}`);
  const once = new Map<string, string>();
  const keys: KeyLine[] = [];
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    if (index === 0 || content === '' || content.startsWith('#')) continue;
    const [word, ...rest] = content.split(/[ \t]+/) as [string, ...string[]];
    if (isRole(word)) keys.push({ role: word, key: keyIn(word, rest, line), line });
    else if (rest.length !== 1 || !SINGLE.has(word)) throw invalid(line, `not a statement of a policy: ${content}`);
    else if (once.has(word)) throw invalid(line, `${word} is said twice`);
    else once.set(word, rest[0]!);
  }
  checkKeys(keys);
  const of = (role: Role) => keys.filter((one) => one.role === role).map(({ key }) => key);
  const plain = (role: Role): PolicyKey[] => of(role).map(({ ofOperator: _, ...key }) => key);
  const origin = once.get('origin') ?? '';
  checkKeyName(origin);
  const policy: Policy = {
    version: numberOf(once, 'version'),
    origin,
    log: plain('log'),
    receipts: plain('receipts'),
    witnesses: of('witness'),
    monitors: plain('monitor'),
    organisations: plain('organisation'),
    quorum: numberOf(once, 'quorum'),
    monitorQuorum: numberOf(once, 'monitors', 0),
    delta: numberOf(once, 'delta', DEFAULT_DELTA),
  };
  checkPolicy(policy);
  return policy;
}

const SINGLE = new Set(['version', 'origin', 'quorum', 'monitors', 'delta']);
const DEFAULT_DELTA = 300;

/** The keys that count at a size. */
export function keysAt<K extends PolicyKey>(keys: readonly K[], size: number): K[] {
  return keys.filter(({ from, below }) => from <= size && size < below);
}

/**
 * How many witnesses may misbehave at a size without a reader being shown another history than the rest: the largest f < 2q − n. Negative
 * at sizes where no log key counts.
 */
export function toleratedWitnesses({ quorum, witnesses }: Policy, size: number): number {
  return 2 * quorum - keysAt(witnesses, size).filter(({ ofOperator }) => !ofOperator).length - 1;
}

function isRole(word: string): word is Role {
  return Object.hasOwn(ROLES, word);
}

function keyIn(role: Role, [vkeyText, ...options]: string[], line: number): PolicyWitness {
  if (vkeyText === undefined) throw invalid(line, `${role} names a key`);
  const vkey = readVkey(vkeyText);
  if (vkey.type !== ROLES[role]) throw invalid(line, `a key of ${role} is of signature type ${ROLES[role]}, not ${vkey.type}`);
  let [from, below, ofOperator] = [0, Number.MAX_SAFE_INTEGER, false];
  for (const option of options) {
    const size = readTreeSize(option.slice(option.indexOf('=') + 1));
    if (option === 'operator' && role === 'witness') ofOperator = true;
    else if (option.startsWith('from=') && size !== undefined) from = size;
    else if (option.startsWith('below=') && size !== undefined) below = size;
    else throw invalid(line, `not an option of ${role}: ${option}`);
  }
  if (from >= below) throw invalid(line, 'the key counts at no size');
  return { ...vkey, from, below, ofOperator };
}

function checkKeys(keys: readonly KeyLine[]): void {
  keys.forEach(({ role, key, line }, at) => {
    for (const earlier of keys.slice(0, at)) {
      if (earlier.key.publicJwk.x === key.publicJwk.x)
        throw invalid(line, `the key of line ${earlier.line}: a key has one meaning`);
      const overlap = earlier.key.from < key.below && key.from < earlier.key.below;
      if (earlier.role === role && earlier.key.name === key.name && overlap)
        throw invalid(line, `${key.name} has another key at the same sizes in line ${earlier.line}`);
    }
  });
}

function checkPolicy(policy: Policy): void {
  const { origin, log, witnesses, monitors, quorum, monitorQuorum } = policy;
  if (log.length === 0) throw invalid(0, 'no log key');
  if (log.some(({ name }) => name !== origin)) throw invalid(0, 'a log key is named like the origin');
  if (quorum < 1) throw invalid(0, 'a quorum is at least one witness');
  const turns = [...log, ...witnesses, ...monitors].flatMap(({ from, below }) => [from, below]);
  for (const size of turns.filter((turn) => keysAt(log, turn).length > 0)) {
    const counted = keysAt(witnesses, size).filter(({ ofOperator }) => !ofOperator).length;
    if (quorum > counted) throw invalid(0, `at size ${size} there are ${counted} witnesses, fewer than the quorum`);
    if (2 * quorum <= counted)
      throw invalid(0, `at size ${size} two quorums of ${quorum} of ${counted} need not share a witness`);
    if (monitorQuorum > keysAt(monitors, size).length) throw invalid(0, `at size ${size} there are fewer monitors than wanted`);
  }
}

function numberOf(statements: ReadonlyMap<string, string>, word: string, otherwise?: number): number {
  const text = statements.get(word);
  const value = text === undefined ? otherwise : readTreeSize(text);
  if (value === undefined) throw invalid(0, `${word} is a whole number and must be said`);
  return value;
}

function invalid(line: number, message: string): AttestError {
  return new AttestError('invalid-policy', line === 0 ? message : `line ${line}: ${message}`);
}
