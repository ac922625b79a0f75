import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { page } from './build.mjs';

const html = readFileSync(new URL('../verify.html', import.meta.url), 'utf8');
const source = (name: string) => new URL(name, import.meta.url);
const refusals = readFileSync(source('../../../packages/attest/src/evidence/refusal.ts'), 'utf8');
const { TEXTS, MEANINGS } = (await import(source('texts.js').href)) as {
  TEXTS: Record<'en' | 'zh', Record<string, string | string[]>>;
  MEANINGS: Record<string, readonly [string, string]>;
};

describe('the page that is committed', () => {
  it('is what its sources make: node docs/verify/html/build.mjs', () => {
    expect(html).toBe(page());
  });

  it('refers to nothing outside of itself, and lets nothing run but its own two scripts', () => {
    expect(html.match(/<(link|img|iframe|object|embed|base)\b|\bsrc=|\bhref=|@import|\burl\(/g)).toBeNull();
    expect(html).not.toMatch(/https?:\/\//);
    expect(html.match(/<script\b/g)).toHaveLength(2);
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+' 'sha256-[^']+'; style-src 'sha256-[^']+'; worker-src blob:;/,
    );
    expect(policy).not.toMatch(/unsafe|connect-src/);
  });

  it('has what it says in both languages', () => {
    const { en, zh } = TEXTS;
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    const values = (text: string | string[]) => [...String(text).matchAll(/\{\d\}/g)].map(([value]) => value).sort();
    for (const [name, text] of Object.entries(en)) expect(values(zh[name]!), name).toEqual(values(text));
    for (const [, name] of html.matchAll(/data-text="(\w+)"/g)) expect(en, name).toHaveProperty(name!);
  });

  it('says what each code means', () => {
    const codes = [...refusals.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(40);
    expect(Object.keys(MEANINGS).sort()).toEqual(codes.sort());
  });

  it('names each field for those who do not see it', () => {
    for (const [, id] of html.matchAll(/<(?:input|textarea|progress)[^>]* id="([^"]+)"/g))
      expect(html).toContain(`<label for="${id}"`);
  });
});
