import { describe, expect, it } from 'vitest';
import { checkpointText, EMPTY_ROOT, merkleLeaf, readCheckpoint } from '../index.ts';

const refused = (code: string) => expect.objectContaining({ code });
const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');
const example = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

describe('a checkpoint', () => {
  it('is written and read as in the specification', () => {
    const checkpoint = { origin: 'example.com/behind-the-sofa', size: 20852163, root };
    expect(checkpointText(checkpoint)).toBe(example);
    expect(readCheckpoint(example)).toEqual(checkpoint);
  });

  it('of the empty log has the empty root and no other', () => {
    const checkpoint = { origin: 'o', size: 0, root: EMPTY_ROOT };
    expect(readCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
    expect(() => checkpointText({ ...checkpoint, root: merkleLeaf(root) })).toThrow(refused('invalid-checkpoint'));
    expect(() => readCheckpoint(`o\n0\n${root.toString('base64')}\n`)).toThrow(refused('invalid-checkpoint'));
  });

  it.each([
    ['an extension line', `${example}extension\n`],
    ['an empty extension line', `${example}\n`],
    ['no newline at its end', example.trimEnd()],
    ['two lines', 'o\n5\n'],
    ['no origin', example.slice(example.indexOf('\n'))],
    ['a leading zero', example.replace('20852163', '020852163')],
    ['a sign', example.replace('20852163', '+20852163')],
    ['a size of 2^53', example.replace('20852163', '9007199254740992')],
    ['a size in hex', example.replace('20852163', '0x10')],
    ['a root of 31 bytes', `o\n5\n${root.subarray(1).toString('base64')}\n`],
    ['a root in base64url', `o\n5\n${root.toString('base64url')}\n`],
    ['stray bits after its root', example.replace('q2I=', 'q2J=')],
  ])('is refused with %s', (_, text) => {
    expect(() => readCheckpoint(text)).toThrow(refused('invalid-checkpoint'));
  });

  it('is not made of what could not be read or signed', () => {
    expect(() => checkpointText({ origin: 'o', size: -1, root })).toThrow(refused('invalid-checkpoint'));
    expect(() => checkpointText({ origin: 'o', size: 1.5, root })).toThrow(refused('invalid-checkpoint'));
    expect(() => checkpointText({ origin: 'a b', size: 1, root })).toThrow(refused('invalid-vkey'));
    expect(() => checkpointText({ origin: 'o', size: 1, root: root.subarray(1) })).toThrow(refused('invalid-hash'));
  });
});
