import { describe, expect, it } from 'vitest';
import { batch, examples, opened, released } from '../batch/index.ts';
import { AN_ID, folded, given } from '../specification.ts';
import { awaitsSecondSignature, prepared, release, withdrawn } from './index.ts';

const ID = AN_ID;
const content = (over: object = {}) =>
  JSON.stringify({ id: ID, stream: `batch-${examples.BATCH}`, type: 'batch.released.v1', ...over });
const preparing = (text = content()) => ({ batch: examples.BATCH, content: text, jws: 'eyJ.eyJ.sig' });
const prepare = (text?: string) => given(release, ID).when(prepared, preparing(text));

describe('preparing a release', () => {
  it('keeps the content byte for byte, with the first signature', () => {
    const { outcome, afterwards } = prepare();
    expect(outcome).toBe('record');
    expect(afterwards()).toMatchObject({ status: 'prepared', owner: 'lab-a', content: content(), jws: 'eyJ.eyJ.sig' });
  });

  it.each(['conditionally-released', 'exceptionally-released', 'conditional-release-closed'])('may be one of %s', (fact) => {
    expect(prepare(content({ type: `batch.${fact}.v1` })).outcome).toBe('record');
  });

  it.each([
    ['release.content-unreadable', 'not json'],
    ['release.content-unreadable', '[]'],
    ['release.content-other', content({ id: examples.SAMPLE })],
    ['release.content-other', content({ stream: `batch-${examples.SOURCE_BATCH}` })],
    ['release.content-other', content({ type: 'batch.rejected.v1' })],
  ])('is refused with %s of %s', (rule, text) => {
    expect(prepare(text)).toMatchObject({ outcome: 'refuse', rules: [rule] });
  });
});

describe('withdrawing a prepared release', () => {
  const past = [[prepared, preparing()]] as const;
  const withdrawing = { reason: 'record-changed' };

  it('is possible until the second signature', () => {
    const { outcome, afterwards } = given(release, ID, past).when(withdrawn, withdrawing);
    expect(outcome).toBe('record');
    expect(afterwards().status).toBe('withdrawn');
  });

  it('is refused once the release took effect', () => {
    const state = folded(batch, examples.BATCH, [
      [opened, examples.opened()],
      [released, examples.released(), { id: ID }],
    ]);
    const decided = given(release, ID, past, new Map([[`batch-${examples.BATCH}`, state]])).when(withdrawn, withdrawing);
    expect(decided).toMatchObject({ outcome: 'refuse', rules: ['release.effective'] });
  });

  it('warns the second time, and is refused where nothing was prepared', () => {
    const again = given(release, ID, [...past, [withdrawn, withdrawing]]).when(withdrawn, withdrawing);
    expect(again).toMatchObject({ outcome: 'record', warnings: ['release.withdrawn-before'] });
    expect(given(release, ID).when(withdrawn, withdrawing)).toMatchObject({ outcome: 'refuse', rules: ['release.not-prepared'] });
  });
});

describe('a release that waits for its second signature', () => {
  const missing = { rule: { id: 'release.signature-missing' } } as never;
  const other = { rule: { id: 'release.head-moved' } } as never;

  it('lacks that signature and nothing else', () => {
    expect(awaitsSecondSignature(released, 1, [missing])).toBe(true);
    expect(awaitsSecondSignature(released, 1, [missing, other])).toBe(false);
    expect(awaitsSecondSignature(released, 1, [other])).toBe(false);
  });

  it('has one signature already, which fills a role', () => {
    expect(awaitsSecondSignature(released, 0, [missing, missing])).toBe(false);
    expect(awaitsSecondSignature(released, 1, [missing, missing])).toBe(false);
    expect(awaitsSecondSignature({ signatures: { meaning: 'rejection', count: 1 } }, 1, [missing])).toBe(false);
  });
});
