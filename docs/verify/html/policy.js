import { fromBase64, hex, joined, textOf, utf8 } from './bytes.js';
import { isPublicKey } from './ed25519.js';
import { check } from './refusal.js';
import { sha256 } from './sha256.js';

/**
 * @typedef {{
 *   readonly name: string, readonly id: string, readonly type: number, readonly key: Uint8Array,
 *   readonly from: number, readonly below: number, readonly ofOperator: boolean,
 * }} PolicyKey
 * @typedef {{
 *   readonly version: number, readonly origin: string, readonly quorum: number, readonly monitorQuorum: number, readonly delta: number,
 *   readonly log: readonly PolicyKey[], readonly witnesses: readonly PolicyKey[], readonly monitors: readonly PolicyKey[],
 *   readonly organisations: readonly PolicyKey[],
 * }} Policy
 */

const TITLE = 'cytoledger/policy/v1';

/** Types of signed-note keys: 1 signs, 4 signs and says when. @type {ReadonlyMap<string, number>} */
const ROLE_TYPES = new Map([
  ['log', 1],
  ['receipts', 1],
  ['witness', 4],
  ['monitor', 4],
  ['organisation', 1],
]);
const NUMBERS = ['version', 'quorum', 'monitors', 'delta'];

/** What the reader brought. @param {Uint8Array} bytes @returns {Policy} @throws Refusal `policy-malformed` */
export function readPolicy(bytes) {
  const whole = textOf(bytes);
  check(whole !== undefined, 'policy-malformed');
  const [title, ...lines] = whole.split('\n').map((line) => line.replace(/[ \t\r]+$/, ''));
  check(title === TITLE, 'policy-malformed');
  /** @type {Map<string, PolicyKey[]>} */
  const keys = new Map([...ROLE_TYPES.keys()].map((role) => [role, []]));
  /** @type {Map<string, string>} */
  const said = new Map();
  for (const line of lines) {
    if (line === '' || line.startsWith('#')) continue;
    const [word, ...rest] = line.split(/[ \t]+/);
    const type = ROLE_TYPES.get(word);
    if (type !== undefined) keys.get(word)?.push(keyOf(rest, type, word === 'witness'));
    else {
      check((word === 'origin' || NUMBERS.includes(word)) && rest.length === 1 && !said.has(word), 'policy-malformed');
      said.set(word, rest[0]);
    }
  }
  /** @param {string} role */
  const of = (role) => keys.get(role) ?? [];
  const policy = {
    version: numberOf(said.get('version')),
    origin: said.get('origin') ?? '',
    quorum: numberOf(said.get('quorum')),
    monitorQuorum: numberOf(said.get('monitors') ?? '0'),
    delta: numberOf(said.get('delta') ?? '300'),
    log: of('log'),
    witnesses: of('witness'),
    monitors: of('monitor'),
    organisations: of('organisation'),
  };
  check(isKeyName(policy.origin), 'policy-malformed');
  checkKeys([...keys.values()]);
  checkQuorums(policy);
  return policy;
}

/** @param {string | undefined} text */
function numberOf(text) {
  const number = text === undefined ? undefined : sizeOf(text);
  check(number !== undefined, 'policy-malformed');
  return number;
}

/** A number as notes and policies write it: no leading zeros, up to 2^53−1. @param {string} text */
export function sizeOf(text) {
  const size = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

// White_Space of Unicode, control characters, and the plus sign that separates.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are not allowed in a name
const NOT_IN_NAME = /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/;

/** @param {string} name */
export function isKeyName(name) {
  return name !== '' && !NOT_IN_NAME.test(name);
}

/** @param {readonly string[]} words @param {number} type @param {boolean} mayBeOperators @returns {PolicyKey} */
function keyOf([vkey = '', ...options], type, mayBeOperators) {
  const parts = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(vkey);
  check(parts !== null, 'policy-malformed');
  const [, name, id, encoded] = parts;
  const bytes = fromBase64(encoded);
  check(isKeyName(name) && bytes !== undefined && bytes.length === 33 && bytes[0] === type, 'policy-malformed');
  const expected = hex(sha256(joined([utf8(`${name}\n`), bytes])).subarray(0, 4));
  const key = bytes.slice(1);
  check(id === expected && isPublicKey(key), 'policy-malformed');
  let [from, below, ofOperator] = [0, Number.MAX_SAFE_INTEGER, false];
  for (const option of options) {
    const range = /^(from|below)=(.*)$/s.exec(option);
    if (option === 'operator' && mayBeOperators) ofOperator = true;
    else if (range?.[1] === 'from') from = numberOf(range[2]);
    else {
      check(range !== null, 'policy-malformed');
      below = numberOf(range[2]);
    }
  }
  check(from < below, 'policy-malformed');
  return { name, id, type, key, from, below, ofOperator };
}

/** @param {readonly PolicyKey[][]} roles */
function checkKeys(roles) {
  const all = roles.flat().map(({ key }) => hex(key));
  check(new Set(all).size === all.length, 'policy-malformed');
  for (const keys of roles)
    for (const one of keys)
      for (const other of keys)
        check(one === other || one.name !== other.name || one.from >= other.below || other.from >= one.below, 'policy-malformed');
}

/** @param {Policy} policy */
function checkQuorums({ origin, log, witnesses, monitors, quorum, monitorQuorum }) {
  check(log.length > 0 && log.every(({ name }) => name === origin), 'policy-malformed');
  // Between two turns nothing changes.
  for (const turn of [...log, ...witnesses, ...monitors].flatMap(({ from, below }) => [from, below])) {
    if (countingAt(log, turn).length === 0) continue;
    const n = countedWitnesses(witnesses, turn).length;
    check(quorum <= n && n < 2 * quorum && countingAt(monitors, turn).length >= monitorQuorum, 'policy-malformed');
  }
}

/** @param {readonly PolicyKey[]} keys @param {number} size */
export function countingAt(keys, size) {
  return keys.filter(({ from, below }) => from <= size && size < below);
}

/** Those whose cosignatures make the quorum: not the operator's own. @param {readonly PolicyKey[]} witnesses @param {number} size */
export function countedWitnesses(witnesses, size) {
  return countingAt(witnesses, size).filter(({ ofOperator }) => !ofOperator);
}

/** f: how many witnesses may misbehave at a size. @param {Policy} policy @param {number} size */
export function toleratedAt({ quorum, witnesses }, size) {
  return 2 * quorum - countedWitnesses(witnesses, size).length - 1;
}
