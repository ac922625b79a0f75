import {
  COSIGNATURE,
  checkpointText,
  cosignNote,
  ED25519,
  formatNote,
  formatVkey,
  generateKey,
  merkleLeaf,
  POLICY_HEADER,
  readPolicy,
  signNote,
  vkeyOf,
} from '@cytoledger/attest';
import { expect, it } from 'vitest';
import { timeOf } from './passed-time.ts';

const ORIGIN = 'cells.example/log';
const log = generateKey();
const witnesses = ['a', 'b', 'c', 'd'].map((name) => ({ name: `${name}.example`, ...generateKey() }));

const policyOf = (quorum: number, of: typeof witnesses) =>
  readPolicy(
    [
      POLICY_HEADER,
      'version 1',
      `origin ${ORIGIN}`,
      `log ${formatVkey(vkeyOf(ORIGIN, log.publicJwk, ED25519))}`,
      ...of.map(({ name, publicJwk }) => `witness ${formatVkey(vkeyOf(name, publicJwk, COSIGNATURE))}`),
      `quorum ${quorum}`,
      '',
    ].join('\n'),
  );

/** Cosigned by each at its time, seconds. */
function note(...times: number[]): string {
  const text = checkpointText({ origin: ORIGIN, size: 1, root: merkleLeaf(Buffer.from('one')) });
  const cosignatures = times.map((time, n) =>
    cosignNote(text, { name: witnesses[n]!.name, privateKey: witnesses[n]!.privateJwk }, time),
  );
  return formatNote({ text, signatures: [signNote(text, { name: ORIGIN, privateKey: log.privateJwk }), ...cosignatures] });
}

it('is the latest time of a single witness', () => {
  expect(timeOf(note(100), policyOf(1, witnesses.slice(0, 1)))).toBe(100_000);
});

it('is not moved by as many witnesses as may lie', () => {
  const policy = policyOf(3, witnesses);
  expect(timeOf(note(100, 101, 99_999), policy)).toBe(101_000);
  expect(timeOf(note(100, 101, 102, 99_999), policy)).toBe(102_000);
});

it('is told by no checkpoint that lacks its quorum', () => {
  expect(() => timeOf(note(100, 101), policyOf(3, witnesses))).toThrow(expect.objectContaining({ code: 'quorum-not-met' }));
});
