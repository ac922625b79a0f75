import {
  AttestError,
  base64url,
  checkPublicKey,
  ED25519,
  formatNote,
  fromBase64url,
  readNote,
  verifyNote,
  vkeyOf,
} from '@cytoledger/attest';
import { describe, expect, it } from 'vitest';
import { keyNamed } from '../../test/attacks/ledger.fixture.ts';
import { noPython, withVerifier } from './python.fixture.ts';

type Case = { readonly what: string; readonly key: string; readonly message: string; readonly signature: string };

/** Signatures that libraries disagree on, made with the arithmetic of the verifier: all in hex. */
const MAKE_CASES = `
import hashlib
name = "note signer"
B = v._base()
identity = (0, 1, 1, 0)
def encode(point):
    x, y, z, _ = point
    inverse = pow(z, -1, v.P)
    return (y * inverse % v.P | (x * inverse % v.P & 1) << 255).to_bytes(32, "little")
def affine(encoded):
    return v._addend(*v._point(encoded))
def of_order_8():
    "A point of order 8: L times a point that is not of prime order."
    y = 3
    while True:
        encoded = y.to_bytes(32, "little")
        point = v._point(encoded)
        y += 1
        if point is None:
            continue
        multiple, addend = identity, v._addend(*point)
        for bit in bin(v.L)[2:]:
            multiple = v._double(multiple)
            if bit == "1":
                multiple = v._add(multiple, addend)
        four = v._double(v._double(multiple))
        if encode(four) != encode(identity):
            return multiple
T = of_order_8()
[(tx, ty)] = v._affine([T])
torsion = v._addend(tx, ty)
def k_of(r, key, message):
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % v.L
cases = []
def case(what, key, message, r, s):
    cases.append({"what": what, "key": key.hex(), "message": message.hex(), "signature": (r + s.to_bytes(32, "little")).hex()})
a, nonce = 0x1234567890abcdef << 100, 0x0fedcba987654321 << 90
key = encode(B.add_to(identity, a))
mixed = encode(v._add(B.add_to(identity, a), torsion))
r = encode(B.add_to(identity, nonce))
mixed_r = encode(v._add(B.add_to(identity, nonce), torsion))
for n in range(40):
    message = b"message %d\\n" % n
    good = (nonce + k_of(r, key, message) * a) % v.L
    case("plain", key, message, r, good)
    case("S + L", key, message, r, good + v.L)
    case("S + 8 L", key, message, r, (good + 8 * v.L) % 2**256)
    case("R with torsion", key, message, mixed_r, (nonce + k_of(mixed_r, key, message) * a) % v.L)
    case("key with torsion", mixed, message, r, (nonce + k_of(r, mixed, message) * a) % v.L)
    case("both with torsion", mixed, message, mixed_r, (nonce + k_of(mixed_r, mixed, message) * a) % v.L)
    for low in sorted(v.LOW_ORDER):
        case("R of low order", key, message, low, k_of(low, key, message) * a % v.L)
        case("key of low order", low, message, r, nonce)
    for y in (v.P, v.P + 1, v.P + 3, 2**255 - 1, 2**255 + v.P + 4):
        odd = (y % 2**256).to_bytes(32, "little")
        case("key not canonical", odd, message, r, nonce)
        case("R not canonical", key, message, odd, k_of(odd, key, message) * a % v.L)
    case("key off the curve", (2 + n).to_bytes(32, "little"), message, r, nonce)
    case("S of zero", key, message, r, 0)
print(json.dumps(cases))
`;

const JUDGE = `
h = bytes.fromhex
print(json.dumps([[v.is_key(h(one["key"])), v.ed25519_holds(h(one["key"]), h(one["message"]), h(one["signature"]))] for one in asked]))
`;

function judge({ key, message, signature }: Case): [boolean, boolean] {
  const text = Buffer.from(message, 'hex').toString();
  return unlessRefused<[boolean, boolean]>([false, false], () => {
    const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(Buffer.from(key, 'hex')) } as const;
    checkPublicKey(publicJwk);
    const vkey = vkeyOf('signer', publicJwk, ED25519);
    const note = formatNote({ text, signatures: [{ name: 'signer', id: vkey.id, signature: Buffer.from(signature, 'hex') }] });
    return unlessRefused<[boolean, boolean]>([true, false], () => [true, verifyNote(readNote(note), [vkey]).length === 1]);
  });
}

function unlessRefused<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AttestError) return otherwise;
    throw error;
  }
}

describe.skipIf(noPython !== undefined)('the Python verifier has the one rule for Ed25519', () => {
  it('also where libraries disagree: torsion, low order, S of L or more, encodings that are not canonical', () => {
    const cases = withVerifier(MAKE_CASES, null) as Case[];
    const python = withVerifier(JUDGE, cases) as [boolean, boolean][];
    const labelled = (verdicts: [boolean, boolean][]) => verdicts.map((verdict, n) => [n, cases[n]!.what, verdict]);
    expect(labelled(python)).toEqual(labelled(cases.map(judge)));
    const held = new Set(cases.filter((_, n) => python[n]![1]).map(({ what }) => what));
    expect(held).toEqual(new Set(['plain', 'key with torsion', 'both with torsion']));
  });

  it('for keys and signatures of every day', () => {
    const key = keyNamed('anyone');
    const cases = withVerifier(
      'print(json.dumps([v.is_key(base64.urlsafe_b64decode(asked + "=")), v.thumbprint(base64.urlsafe_b64decode(asked + "="))]))',
      key.publicJwk.x,
    );
    expect(fromBase64url(key.publicJwk.x)).toHaveLength(32);
    expect(cases).toEqual([true, key.kid]);
  });
});
