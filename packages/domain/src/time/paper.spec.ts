import { describe, expect, it } from 'vitest';
import { Capture, isCheckedByTranscriber, paperCompleteness } from './index.ts';

const paper = Capture.parse({
  mode: 'paper',
  precision: 'min',
  sourceRecord: { binder: '2026-B03', page: '117', imageDigest: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' },
  transcriber: 'staff-li-02',
  checker: 'staff-wu-07',
});
const level = (over: object) => {
  const { level: reached, missing } = paperCompleteness({ ...paper, ...over })!;
  return [reached, ...missing];
};

describe('a page that was copied', () => {
  it('is ready for a release with page, image, transcriber and checker', () => {
    expect(level({})).toEqual(['release-ready']);
  });

  it('says what is missing for the next level', () => {
    expect(level({ checker: undefined })).toEqual(['step', 'checker']);
    expect(level({ sourceRecord: { binder: '2026-B03', page: '117' } })).toEqual(['step', 'sourceRecord/imageDigest']);
    expect(level({ transcriber: undefined })).toEqual(['fact', 'transcriber']);
    expect(level({ sourceRecord: undefined, transcriber: undefined, checker: undefined })).toEqual([
      'fact',
      'sourceRecord',
      'transcriber',
      'checker',
      'sourceRecord/imageDigest',
    ]);
  });

  it('is not checked by who copied it', () => {
    expect(level({ checker: 'staff-li-02' })).toEqual(['step', 'checker']);
    expect(isCheckedByTranscriber({ ...paper, checker: 'staff-li-02' })).toBe(true);
    expect(isCheckedByTranscriber(paper)).toBe(false);
  });

  it('is a matter of paper only', () => {
    expect(paperCompleteness({ ...paper, mode: 'direct' })).toBeUndefined();
  });
});
