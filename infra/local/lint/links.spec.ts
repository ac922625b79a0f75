import { describe, expect, it } from 'vitest';
import { linkFaults } from './links.ts';

const there = new Set(['README.md', 'docs/guide.md', 'docs/decisions', 'docs/a b.md']);

const faultsOf = (text: string, file = 'docs/guide.md') =>
  linkFaults([{ file, text }], (path) => there.has(path)).map((fault) => fault.message);

describe('links in Markdown', () => {
  it.each([
    'to a file: [x](../README.md)',
    'to a folder: [x](decisions)',
    'to a file with a space: [x](a%20b.md)',
    'with a title: [x](../README.md "Read me")',
    'to another site: [x](https://example.org/nothing) [y](mailto:a@example.org)',
    'in code: `[x](nowhere.md)`',
    '```\n[x](nowhere.md)\n```',
    '[x][y]\n\n[y]: ../README.md',
  ])('may stand: %j', (text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it('that lead to no file are found, with their line', () => {
    expect(linkFaults([{ file: 'docs/guide.md', text: 'a\n\n```\ncode\n```\n[x](nowhere.md)' }], () => false)).toEqual([
      { file: 'docs/guide.md', line: 6, message: 'the link nowhere.md leads to nothing' },
    ]);
  });

  it.each(['![picture](nowhere.png)', '[a [nested] text](nowhere.md)', '[x](nowhere.md#part)', '[y]: nowhere.md'])(
    'are found in any form: %j',
    (text) => {
      expect(faultsOf(text)).toHaveLength(1);
    },
  );

  it('may not leave the repository, nor begin at the root of a site', () => {
    expect(faultsOf('[x](../../other/README.md)')).toEqual(['the link ../../other/README.md leaves the repository']);
    expect(faultsOf('[x](/README.md)')).toHaveLength(1);
  });
});

describe('anchors', () => {
  it.each([
    ['## Who may do what', 'who-may-do-what'],
    ['## `npm start`: all of it!', 'npm-start-all-of-it'],
    ['## 快速开始', '快速开始'],
    ['## [Unreleased](x)', 'unreleased'],
    ['## Same\n## Same', 'same-1'],
  ])('of %j is #%s', (heading, anchor) => {
    expect(faultsOf(`${heading}\n\n[x](#${anchor})`).filter((message) => message.includes('heading'))).toEqual([]);
  });

  it('without a heading are found', () => {
    expect(faultsOf('## One\n\n[x](#two)')).toEqual(['docs/guide.md has no heading #two']);
  });

  it('are not given to comments in code', () => {
    expect(faultsOf('```\n# One\n```\n[x](#one)')).toHaveLength(1);
  });

  it('of another page are checked too', () => {
    const pages = [
      { file: 'README.md', text: '# Hello' },
      { file: 'docs/guide.md', text: '[x](../README.md#hello) [y](../README.md#bye)' },
    ];
    expect(linkFaults(pages, (path) => there.has(path)).map((fault) => fault.message)).toEqual(['README.md has no heading #bye']);
  });
});
