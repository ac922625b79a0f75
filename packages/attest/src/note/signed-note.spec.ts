import { describe, expect, it } from 'vitest';
import {
  COSIGNATURE,
  cosignNote,
  ED25519,
  formatNote,
  formatVkey,
  generateKey,
  type PublicJwk,
  readNote,
  readVkey,
  type SignedNote,
  signNote,
  verifyNote,
  vkeyOf,
} from '../index.ts';

const refused = (code: string) => expect.objectContaining({ code });
const NAME = 'log.example/cells';
const { privateJwk, publicJwk } = generateKey();
const vkey = vkeyOf(NAME, publicJwk, ED25519);
const signed = (text: string) => formatNote({ text, signatures: [signNote(text, { name: NAME, privateKey: privateJwk })] });

describe('a signed note', () => {
  it('is its text, a blank line, and an em dash, name and base64 for each signature', () => {
    expect(signed('hello\n')).toMatch(/^hello\n\n\u2014 log\.example\/cells [A-Za-z0-9+/]{91}=\n$/);
  });

  it('gives its text and signer back, from text and from bytes', () => {
    const note = signed('脐带\n');
    for (const read of [readNote(note), readNote(Buffer.from(note))]) {
      expect(read.text).toBe('脐带\n');
      expect(verifyNote(read, [vkey])).toEqual([{ key: vkey }]);
    }
  });

  it('is split at its last blank line, so that its text may hold others and even a signature', () => {
    const inner = signed('inner\n');
    const text = `${inner}\nouter\n`;
    const read = readNote(signed(text));
    expect(read.text).toBe(text);
    expect(verifyNote(read, [vkey])).toHaveLength(1);
  });

  it('does not hold for another text', () => {
    expect(() => verifyNote(readNote(signed('5\n').replace('5', '6')), [vkey])).toThrow(refused('signature-mismatch'));
  });

  it('passes over keys that nobody asked for, and is refused where nobody else signed', () => {
    const other = generateKey();
    const note: SignedNote = {
      text: 'x\n',
      signatures: [
        signNote('x\n', { name: 'other', privateKey: other.privateJwk }),
        signNote('x\n', { name: NAME, privateKey: privateJwk }),
      ],
    };
    expect(verifyNote(note, [vkey])).toEqual([{ key: vkey }]);
    const stranger = vkeyOf('stranger', generateKey().publicJwk, ED25519);
    expect(() => verifyNote(note, [stranger])).toThrow(refused('no-trusted-signature'));
  });

  it('takes one name with two keys for two signers', () => {
    const other = generateKey();
    const note = { text: 'x\n', signatures: [signNote('x\n', { name: NAME, privateKey: other.privateJwk })] };
    expect(() => verifyNote(note, [vkey])).toThrow(refused('no-trusted-signature'));
  });

  it('is refused where a second line of a trusted key does not hold', () => {
    const [good] = readNote(signed('x\n')).signatures;
    const [bad] = readNote(signed('y\n')).signatures;
    expect(() => verifyNote({ text: 'x\n', signatures: [good!, bad!] }, [vkey])).toThrow(refused('signature-mismatch'));
  });

  it.each([
    ['no blank line', 'text\n\u2014 a AAAAAAA=\n'],
    ['no signature', 'text\n\n'],
    ['no newline at the end', `${signed('text\n').trimEnd()}`],
    ['a hyphen for the dash', signed('text\n').replace('\u2014', '-')],
    ['a name with a plus sign', signed('text\n').replace('log.', 'log+')],
    ['base64 without padding', signed('text\n').replace('=', '')],
    ['a signature of the key id alone', 'text\n\n\u2014 a AAAAAA==\n'],
    ['a carriage return', signed('text\n').replace('text', 'te\rxt')],
    ['more than 100 signatures', `t\n\n${'\u2014 a AAAAAAA=\n'.repeat(101)}`],
    ['more than a million bytes', signed(`${'t'.repeat(1_000_000)}\n`)],
  ])('is refused with %s', (_, note) => {
    expect(() => readNote(note)).toThrow(refused('invalid-note'));
  });

  it('is refused where it is not UTF-8', () => {
    expect(() => readNote(Buffer.concat([Buffer.of(0xff), Buffer.from(signed('text\n'))]))).toThrow(refused('invalid-note'));
  });

  it('cannot be made of a text that would be read differently', () => {
    for (const text of ['', 'x', '\n', 'a\tb\n', '\ud800\n'])
      expect(() => signNote(text, { name: NAME, privateKey: privateJwk })).toThrow(refused('invalid-note'));
    expect(() => formatNote({ text: 'x\n', signatures: [] })).toThrow(refused('invalid-note'));
    expect(() => signNote('x\n', { name: 'a b', privateKey: privateJwk })).toThrow(refused('invalid-vkey'));
  });
});

describe('a cosignature', () => {
  const witness = vkeyOf('witness.example', publicJwk, COSIGNATURE);
  const text = 'log.example/cells\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
  const cosignature = cosignNote(text, { name: witness.name, privateKey: privateJwk }, 1_795_000_000);

  it('says when it was made', () => {
    expect(verifyNote({ text, signatures: [cosignature] }, [witness])).toEqual([{ key: witness, timestamp: 1_795_000_000 }]);
  });

  it('does not hold for another time', () => {
    const signature = Buffer.from(cosignature.signature);
    signature[7]! ^= 1;
    expect(() => verifyNote({ text, signatures: [{ ...cosignature, signature }] }, [witness])).toThrow(
      refused('signature-mismatch'),
    );
  });

  it('is not a plain signature of the same key, nor the other way round', () => {
    const plain = { ...signNote(text, { name: witness.name, privateKey: privateJwk }), id: witness.id };
    expect(() => verifyNote({ text, signatures: [plain] }, [witness])).toThrow(refused('signature-mismatch'));
    const asPlain = vkeyOf(witness.name, publicJwk, ED25519);
    const disguised = { ...cosignature, id: asPlain.id, signature: cosignature.signature.subarray(8) };
    expect(() => verifyNote({ text, signatures: [disguised] }, [asPlain])).toThrow(refused('signature-mismatch'));
  });

  it('tells whole seconds', () => {
    for (const time of [-1, 0.5, Number.NaN])
      expect(() => cosignNote(text, { name: 'w', privateKey: privateJwk }, time)).toThrow(refused('invalid-timestamp'));
  });
});

describe('a verifier key', () => {
  it('is read as it was written, for either type', () => {
    for (const type of [ED25519, COSIGNATURE] as const) {
      const key = vkeyOf(NAME, publicJwk, type);
      expect(readVkey(formatVkey(key))).toEqual(key);
    }
  });

  it('is split on its first two plus signs only, since base64 has more', () => {
    for (;;) {
      const text = formatVkey(vkeyOf(NAME, generateKey().publicJwk, ED25519));
      if (text.split('+').length <= 3) continue;
      expect(formatVkey(readVkey(text))).toBe(text);
      return;
    }
  });

  it('of the Go checksum database is read', () => {
    const text = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    expect(readVkey(text)).toMatchObject({ name: 'sum.golang.org', id: '033de0ae', type: ED25519 });
    expect(formatVkey(readVkey(text))).toBe(text);
  });

  it.each([
    ['two parts', 'name+00000000'],
    ['another id', formatVkey(vkey).replace(`+${vkey.id}+`, '+00000000+')],
    ['an id in capitals', formatVkey({ ...vkey, id: 'ABCDEF01' })],
    ['an unknown type', `n+00000000+${Buffer.concat([Buffer.of(2), Buffer.alloc(32, 9)]).toString('base64')}`],
    ['a short key', `n+00000000+${Buffer.alloc(32, 1).toString('base64')}`],
    ['no name', formatVkey(vkey).slice(NAME.length)],
    ['a name with a space', formatVkey(vkey).replace('log', 'l g')],
  ])('is refused with %s', (_, text) => {
    expect(() => readVkey(text)).toThrow(refused('invalid-vkey'));
  });

  it('is refused where its point is of low order', () => {
    const low = { ...publicJwk, x: Buffer.alloc(32).toString('base64url') } as PublicJwk;
    expect(() => vkeyOf('n', low, ED25519)).toThrow(refused('low-order-key'));
  });
});
