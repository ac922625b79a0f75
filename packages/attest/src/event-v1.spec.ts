// These bytes are final. Stores, proofs and signatures of others rest on them: whatever would change one of them is a new `v`, with
// vectors of its own beside these. They were made by ../vectors/event-v1.py, which shares no code with this package.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Body,
  checkSealed,
  contentDigest,
  contentNonce,
  contentText,
  contentTextOf,
  derivedEventId,
  disclose,
  type Header,
  leafHash,
  readBody,
  readContent,
  readDisclosure,
  readHeader,
  rootOfSubmission,
  sealBody,
  sealHeader,
  submissionOf,
} from './index.ts';

type GoldenEvent = {
  input: { body: Body; header: Header };
  contentHex: string;
  contentDigest: string;
  bodyHex: string;
  headerHex: string;
  leaf: string;
};

const golden = JSON.parse(readFileSync(new URL('../vectors/event-v1.json', import.meta.url), 'utf8')) as {
  events: [GoldenEvent, GoldenEvent];
  submissionRoot: string;
  nonce: { keyHex: string; stream: string; id: string; nonce: string };
  derived: { input: Parameters<typeof derivedEventId>[0]; id: string };
  disclosure: { salt: string; name: string; value: { family: string; given: string }; disclosure: string; digest: string };
};

function seal({ input: { body, header } }: GoldenEvent) {
  const text = contentText(body.content);
  const bodyBytes = sealBody({ ...body, contentText: text });
  return { text, bodyBytes, ...sealHeader({ ...header, body: bodyBytes }) };
}

describe('version 1 of the envelope', () => {
  it('has the leaf hashes that are pinned here, so that the vectors cannot change unseen', () => {
    expect(golden.events.map((event) => seal(event).leaf)).toEqual([
      'MPcpdzKRXSgj-H928eD3Tbi60HbbElEkv1BcM3lJUdc',
      '7bi40nUbliOdtKe1R2sAlkOAN-FP-kSMn8vu3beLzYg',
    ]);
  });

  it('pins the header of an unsigned first event byte for byte', () => {
    expect(seal(golden.events[0]).bytes.toString('hex')).toBe(
      '7b22626f6479223a2256676a7873556a704c6977664b31587368387139466e624a587254656f32795a5936596669493657634c6f222c226964223a2230313933353132612d376334302d376433652d396634312d326236633564346533663230222c2270726576223a6e756c6c2c227265636f726465644174223a22323032362d31312d32315430383a31353a30322e3131335a222c22736571223a302c227369676e617475726573223a5b5d2c2273747265616d223a2262617463682d36663163326139652d356237642d346533662d386131622d306339643865376636613562222c2276223a317d',
    );
  });

  it.each([
    ['paper entry in Chinese, decimal strings, escapes, empty basis, no signature', golden.events[0]],
    ['derived event with basis, unknown time, signatures with and without path', golden.events[1]],
  ])('seals and reads as an independent program does: %s', (_, event) => {
    const { text, bodyBytes, bytes, leaf } = seal(event);
    expect(Buffer.from(text).toString('hex')).toBe(event.contentHex);
    expect(contentDigest(text)).toBe(event.contentDigest);
    expect(bodyBytes.toString('hex')).toBe(event.bodyHex);
    expect(bytes.toString('hex')).toBe(event.headerHex);
    expect(leaf).toBe(event.leaf);
    expect(leafHash(bytes)).toBe(event.leaf);
    expect(readContent(text)).toEqual(event.input.body.content);
    expect(contentTextOf(bodyBytes)).toBe(text);
    expect(readBody(bodyBytes)).toEqual(event.input.body);
    expect(readHeader(bytes)).toEqual(event.input.header);
  });

  it('chains the second event to the first', () => {
    const [first, second] = golden.events.map(seal) as [ReturnType<typeof seal>, ReturnType<typeof seal>];
    checkSealed({ header: first.bytes, body: first.bodyBytes, previous: null });
    checkSealed({
      header: second.bytes,
      body: second.bodyBytes,
      previous: { seq: 0, leaf: first.leaf, recordedAt: golden.events[0].input.header.recordedAt },
    });
  });

  it('makes the submission root over both contents, and finds it by the path in the header', () => {
    const digests = golden.events.map((event) => event.contentDigest);
    expect(submissionOf(digests).root).toBe(golden.submissionRoot);
    const { path } = golden.events[1].input.header.signatures[1]!;
    expect(submissionOf(digests).paths[1]).toEqual(path);
    expect(rootOfSubmission(golden.events[1].contentDigest, path!)).toBe(golden.submissionRoot);
  });

  it('makes the nonce, the derived id and the disclosure', () => {
    const { keyHex, stream, id, nonce } = golden.nonce;
    expect(contentNonce(Buffer.from(keyHex, 'hex'), stream, id)).toBe(nonce);
    expect(derivedEventId(golden.derived.input)).toBe(golden.derived.id);
    const { salt, name, value, disclosure, digest } = golden.disclosure;
    expect(disclose(salt, name, value)).toEqual({ disclosure, digest });
    expect(readDisclosure(disclosure)).toEqual({ salt, name, value, digest });
  });
});
