import { describe, expect, it } from 'vitest';
import { CodeWords } from './code-words.ts';
import { columns } from './columns.ts';

const COLUMNS = columns({
  unit: ['Unit', '单元'],
  disposition: ['Disposition', '放行状态'],
  restrictions: ['Quarantine, hold, recall', '隔离/暂停/召回'],
  markers: ['Markers', '标志物'],
  lotStatus: ['Lot status now', '批次当前状态'],
  step: ['Step', '工序'],
});
const row = {
  unit: 'released',
  disposition: 'conditionally-released',
  restrictions: ['quarantine: donor-ineligible (2026-11-21T08:00:00Z)', 'hold: excursion (2026-11-22T08:00:00Z)'],
  markers: ['anti-hcv: reactive (2026-11-01T09:00:00+08:00)', 'hbsag: non-reactive (2026-11-01T09:00:00+08:00)'],
  lotStatus: 'not released',
  step: 'material-used',
};
const told = (language: 'en' | 'zh') => [...new CodeWords(COLUMNS, language).in(row)].map(({ code, meaning }) => [code, meaning]);

describe('codes of an answer', () => {
  it('are told in the words of the reader’s language, as the lists of the domain have them', () => {
    expect(Object.fromEntries(told('zh'))).toMatchObject({
      'conditionally-released': '有条件放行',
      quarantine: '隔离',
      hold: '暂停使用',
      'non-reactive': expect.stringMatching(/\p{Script=Han}/u),
      'not released': '未放行',
      'material-used': expect.stringMatching(/\p{Script=Han}/u),
    });
    for (const [code, meaning] of told('zh'))
      expect([code, meaning]).toEqual([code, expect.stringMatching(/\p{Script=Han}|HBsAg|HCV/u)]);
    expect(Object.fromEntries(told('en'))).toMatchObject({ 'not released': 'not released yet', quarantine: 'in quarantine' });
  });

  it('are whole words, the longest first, and none in a column of names', () => {
    const codes = told('en').map(([code]) => code);
    expect(codes).not.toContain('released');
    expect(codes.filter((code) => code === 'reactive')).toHaveLength(1);
  });

  it('stand in one line for a row that is read alone', () => {
    const line = new CodeWords(COLUMNS, 'zh').line({ ...row, markers: [], restrictions: [], step: null });
    expect(line).toBe('放行状态：conditionally-released = 有条件放行；批次当前状态：not released = 未放行');
    expect(new CodeWords(COLUMNS, 'en').line({ unit: 'x' })).toBe('');
  });
});
