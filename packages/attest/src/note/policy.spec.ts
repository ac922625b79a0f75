import { describe, expect, it } from 'vitest';
import {
  COSIGNATURE,
  checkpointText,
  cosignNote,
  ED25519,
  formatNote,
  formatVkey,
  generateKey,
  headsNoteText,
  keysAt,
  merkleLeaf,
  POLICY_HEADER,
  type Policy,
  type PrivateJwk,
  readPolicy,
  type SignatureType,
  signNote,
  toleratedWitnesses,
  verifyHeadsNote,
  verifyReleasedCheckpoint,
  verifySignedCheckpoint,
  vkeyOf,
} from '../index.ts';

const refused = (code: string) => expect.objectContaining({ code });
const ORIGIN = 'cells.example/log';

type Party = { name: string; privateKey: PrivateJwk; vkey: string };
function party(name: string, type: SignatureType): Party {
  const { privateJwk, publicJwk } = generateKey();
  return { name, privateKey: privateJwk, vkey: formatVkey(vkeyOf(name, publicJwk, type)) };
}
const log = party(ORIGIN, ED25519);
const witnesses = ['regulator', 'hospital', 'laboratory', 'university'].map((name) => party(name, COSIGNATURE));
const own = party('operator', COSIGNATURE);
const monitor = party('monitor', COSIGNATURE);
const organisation = party('hospital-1', ED25519);

const lines = [
  POLICY_HEADER,
  '# who is trusted for the log of cells',
  'version 3',
  `origin ${ORIGIN}`,
  `log ${log.vkey}`,
  ...witnesses.map(({ vkey }) => `witness ${vkey}`),
  `witness ${own.vkey} operator`,
  `monitor ${monitor.vkey} from=10`,
  `organisation ${organisation.vkey} from=5 below=90`,
  '',
  'quorum 3',
];
const text = lines.join('\n');
const policy = readPolicy(text);

describe('a policy', () => {
  it('pins the log, its witnesses, monitors and organisations, each for a range of sizes', () => {
    expect(policy).toMatchObject({ version: 3, origin: ORIGIN, quorum: 3, monitorQuorum: 0, delta: 300 });
    expect(policy.log).toMatchObject([{ name: ORIGIN, from: 0, below: Number.MAX_SAFE_INTEGER }]);
    expect(policy.witnesses.map(({ name, ofOperator }) => [name, ofOperator])).toEqual([
      ['regulator', false],
      ['hospital', false],
      ['laboratory', false],
      ['university', false],
      ['operator', true],
    ]);
    expect([4, 5, 89, 90].map((size) => keysAt(policy.organisations, size).length)).toEqual([0, 1, 1, 0]);
  });

  it('with a quorum of 3 of 4 bears one misbehaving witness; the one of the operator does not count', () => {
    expect(toleratedWitnesses(policy, 0)).toBe(1);
    expect(toleratedWitnesses(readPolicy(text.replace('quorum 3', 'quorum 4')), 0)).toBe(3);
  });

  it.each([
    ['a quorum above the number of witnesses', text.replace('quorum 3', 'quorum 5')],
    ['two quorums without a common witness', text.replace('quorum 3', 'quorum 2')],
    ['a quorum of none', text.replace('quorum 3', 'quorum 0')],
    ['no quorum', text.replace('quorum 3', '')],
    ['no version', text.replace('version 3', '')],
    ['another first line', text.replace(POLICY_HEADER, 'policy')],
    ['an unknown word', `${text}\ntrust everyone`],
    ['a statement said twice', `${text}\nversion 4`],
    ['a key in two roles', `${text}\nreceipts ${organisation.vkey}`],
    ['a witness without a time', `${text}\nwitness ${party('w', ED25519).vkey}`],
    ['an organisation key that cosigns', `${text}\norganisation ${party('o', COSIGNATURE).vkey}`],
    ['a log key of another name', `${text}\nlog ${party('else', ED25519).vkey}`],
    ['two keys of one name at one size', `${text}\norganisation ${party('hospital-1', ED25519).vkey} from=89`],
    ['a range of no sizes', `${text}\nmonitor ${party('m', COSIGNATURE).vkey} from=5 below=5`],
    ['an unknown option', `${text}\nmonitor ${party('m', COSIGNATURE).vkey} operator`],
    ['more monitors wanted than there are', `${text}\nmonitors 2`],
    ['a monitor wanted before there is one', `${text}\nmonitors 1`],
    [
      'a witness that leaves below the quorum',
      text.replace(witnesses[0]!.vkey, `${witnesses[0]!.vkey} below=50`).replace('quorum 3', 'quorum 4'),
    ],
  ])('is refused with %s', (_, bad) => {
    expect(() => readPolicy(bad)).toThrow(refused('invalid-policy'));
  });

  it('says in which line the fault is', () => {
    expect(() => readPolicy(`${text}\ntrust everyone`)).toThrow(`line ${lines.length + 1}:`);
  });

  it('lets a key follow another of its name', () => {
    const next = readPolicy(`${text}\norganisation ${party('hospital-1', ED25519).vkey} from=90`);
    expect([89, 90].map((size) => keysAt(next.organisations, size).length)).toEqual([1, 1]);
  });
});

describe('a checkpoint', () => {
  const body = checkpointText({ origin: ORIGIN, size: 7, root: merkleLeaf(Buffer.of(7)) });
  const note = (signers: Party[], of = body) =>
    formatNote({ text: of, signatures: [signNote(of, log), ...signers.map((one) => cosignNote(of, one, 1_795_000_000))] });

  it('counts once a quorum has cosigned it', () => {
    const { checkpoint, cosignatures } = verifyReleasedCheckpoint(note(witnesses.slice(1)), policy);
    expect(checkpoint.size).toBe(7);
    expect(cosignatures.map(({ key, timestamp }) => [key.name, timestamp])).toEqual([
      ['hospital', 1_795_000_000],
      ['laboratory', 1_795_000_000],
      ['university', 1_795_000_000],
    ]);
  });

  it('does not count with fewer, whoever else signs, and whoever signs twice', () => {
    const [first, second] = witnesses as [Party, Party];
    for (const signers of [[], [first, second], [first, second, own], [first, second, second], [first, second, party('w', 4)]])
      expect(() => verifyReleasedCheckpoint(note(signers), policy)).toThrow(refused('quorum-not-met'));
  });

  it('is signed by the log whether or not it counts yet', () => {
    expect(verifySignedCheckpoint(note([]), policy).size).toBe(7);
  });

  it('is refused from another log and from nobody', () => {
    const other = checkpointText({ origin: 'other', size: 7, root: merkleLeaf(Buffer.of(7)) });
    expect(() => verifySignedCheckpoint(note([], other), policy)).toThrow(refused('unexpected-origin'));
    const unsigned = formatNote({ text: body, signatures: witnesses.map((one) => cosignNote(body, one, 1)) });
    expect(() => verifyReleasedCheckpoint(unsigned, policy)).toThrow(refused('no-trusted-signature'));
  });

  it('is refused where a key no longer counts at its size', () => {
    const past: Policy = { ...policy, log: policy.log.map((key) => ({ ...key, below: 7 })) };
    expect(() => verifySignedCheckpoint(note([]), past)).toThrow(refused('no-trusted-signature'));
  });
});

describe('a heads note', () => {
  const heads = { origin: ORIGIN, size: 12, mainRoot: merkleLeaf(Buffer.of(1)), mapRoot: merkleLeaf(Buffer.of(2)) };
  const body = headsNoteText(heads);
  const note = (signers: Party[]) =>
    formatNote({ text: body, signatures: [signNote(body, log), ...signers.map((one) => cosignNote(body, one, 1_795_000_001))] });
  const monitored = readPolicy(`${text}\nmonitors 1`.replace(' from=10', ''));

  it('has five lines', () => {
    expect(body).toBe(
      `cytoledger/heads/v1\n${ORIGIN}\n12\n${heads.mainRoot.toString('base64')}\n${heads.mapRoot.toString('base64')}\n`,
    );
    expect(verifyHeadsNote(note([]), policy)).toEqual({ heads, cosignatures: [], monitored: false });
  });

  it('is monitored once a quorum of monitors has cosigned it; witnesses are none', () => {
    expect(verifyHeadsNote(note([monitor]), monitored)).toMatchObject({
      monitored: true,
      cosignatures: [{ timestamp: 1_795_000_001 }],
    });
    expect(verifyHeadsNote(note(witnesses), monitored).monitored).toBe(false);
    expect(verifyHeadsNote(note([monitor]), policy).monitored).toBe(false);
  });

  it('is no checkpoint, and a checkpoint is no heads note', () => {
    expect(() => verifySignedCheckpoint(note([]), policy)).toThrow(refused('invalid-checkpoint'));
    const checkpoint = checkpointText({ origin: ORIGIN, size: 7, root: heads.mainRoot });
    const other = formatNote({ text: checkpoint, signatures: [signNote(checkpoint, log)] });
    expect(() => verifyHeadsNote(other, policy)).toThrow(refused('invalid-heads-note'));
  });
});
