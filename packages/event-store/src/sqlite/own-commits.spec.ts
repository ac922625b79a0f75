import { describe, expect, it } from 'vitest';
import { OwnCommits } from './own-commits.ts';

const body = Buffer.from('{}');
const passaged = { type: 'batch.passaged.v1', body };
const openings = { streams: [], types: ['batch.opened.'] };
const persons = { streams: ['person-'], types: [] };

describe('what a process appended last', () => {
  it('tells how far nothing passes a filter', () => {
    const commits = new OwnCommits();
    commits.add(11, 'batch-a', [passaged, passaged]);
    commits.add(13, 'batch-b', [{ type: 'batch.opened.v1', body }]);
    commits.add(14, 'person-a', [{ type: 'person.registered.v1', body }]);
    expect(commits.passedBy(openings, 10)).toBe(12);
    expect(commits.passedBy(openings, 12)).toBe(12);
    expect(commits.passedBy(openings, 13)).toBe(14);
    expect(commits.passedBy(persons, 10)).toBe(13);
    expect(commits.passedBy(persons, 14)).toBe(14);
  });

  it('says nothing of what was there before it, nor of what it has forgotten', () => {
    const commits = new OwnCommits();
    expect(commits.passedBy(openings, 0)).toBe(0);
    commits.add(101, 'batch-a', [passaged]);
    expect(commits.passedBy(openings, 90)).toBe(90);
    for (let n = 0; n < 100; n++)
      commits.add(
        102 + n * 500,
        'batch-a',
        Array.from({ length: 500 }, () => passaged),
      );
    expect(commits.passedBy(openings, 101)).toBe(101);
    expect(commits.passedBy(openings, 45_000)).toBe(50_101);
  });

  it('says nothing across positions that it has not seen', () => {
    const commits = new OwnCommits();
    commits.add(1, 'batch-a', [passaged]);
    commits.add(5, 'batch-a', [passaged]);
    expect(commits.passedBy(openings, 0)).toBe(0);
    expect(commits.passedBy(openings, 4)).toBe(5);
  });

  it('knows of what it was told to look for which of them lack it, and takes what came before for having it', () => {
    const commits = new OwnCommits();
    const mentioning = { typePrefixes: ['batch.passaged.'], text: '"material":"' };
    const filter = { streams: [], types: ['batch.passaged.'], mentioning };
    const naming = { type: 'batch.passaged.v1', body: Buffer.from('{"material":"x"}') };
    commits.add(1, 'batch-a', [passaged]);
    commits.watch(mentioning);
    commits.add(2, 'batch-a', [passaged, naming, passaged]);
    expect(commits.passedBy(filter, 0)).toBe(0);
    expect(commits.passedBy(filter, 1)).toBe(2);
    expect(commits.passedBy(filter, 3)).toBe(4);
  });
});
