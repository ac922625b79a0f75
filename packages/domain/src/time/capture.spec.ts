import { describe, expect, it } from 'vitest';
import { Capture } from './index.ts';

const paper = {
  mode: 'paper',
  precision: 'min',
  form: 'F-CC-014 v2',
  sourceRecord: { binder: '2026-B03', page: '117', imageDigest: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' },
  transcriber: 'staff-li-02',
  checker: 'staff-wu-07',
  sentAt: '2026-11-22T09:00:00+08:00',
  clockSyncAgeSeconds: 30,
  reasonLate: 'paper-transcribed',
};

const path = (input: unknown) => Capture.safeParse(input).error?.issues[0]?.path.join('/');

describe('how a fact was captured', () => {
  it('is told by mode and precision at least', () => {
    expect(Capture.parse({ mode: 'direct', precision: 's' })).toEqual({ mode: 'direct', precision: 's' });
    expect(path({ mode: 'direct' })).toBe('precision');
    expect(path({ mode: 'guess', precision: 's' })).toBe('mode');
  });

  it('names the page that it was copied from, who copied and who checked', () => {
    expect(Capture.parse(paper)).toEqual(paper);
  });

  it('is read also where one person copied and checked: that is a finding, and no reason to lose the page', () => {
    expect(path({ ...paper, checker: paper.transcriber })).toBeUndefined();
    expect(path({ ...paper, checker: undefined })).toBeUndefined();
  });

  it('gives a coded reason for lateness, because free text cannot be erased from the log', () => {
    expect(path({ ...paper, reasonLate: 'Mrs Li was ill' })).toBe('reasonLate');
  });

  it('has no other members', () => {
    expect(Capture.safeParse({ ...paper, remark: 'x' }).success).toBe(false);
    expect(path({ ...paper, clockSyncAgeSeconds: -1 })).toBe('clockSyncAgeSeconds');
  });
});
