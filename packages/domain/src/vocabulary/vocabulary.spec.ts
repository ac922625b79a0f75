import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as vocabulary from './index.ts';
import { type Coded, INFECTION_OF, InfectiousMarker, TissueSource, titleOf, titlesOf } from './index.ts';

const lists = Object.entries(vocabulary).filter((entry): entry is [string, Coded<string>] => entry[1] instanceof z.ZodEnum);

describe('a coded list', () => {
  it.each(lists)('%s has a title in Chinese and in English for every code', (_, list) => {
    const titles: Readonly<Record<string, vocabulary.Bilingual>> = titlesOf(list);
    expect(Object.keys(titles)).toEqual(list.options);
    for (const { zh, en } of Object.values(titles)) {
      expect(zh).toMatch(/\S/);
      expect(en).toMatch(/^[\x20-\x7e\u2013/]+$/);
    }
  });

  it('takes its codes and nothing else', () => {
    expect(TissueSource.parse('bone-marrow')).toBe('bone-marrow');
    expect(TissueSource.safeParse('Bone-Marrow').success).toBe(false);
  });

  it('shows a code that it does not know as it stands', () => {
    expect(titleOf(TissueSource, 'umbilical-cord', 'zh')).toBe('脐带');
    expect(titleOf(TissueSource, 'moon-rock', 'zh')).toBe('moon-rock');
    expect(titleOf(TissueSource, 'toString', 'en')).toBe('toString');
  });

  it('carries its titles into JSON Schema', () => {
    expect(z.toJSONSchema(vocabulary.ContainerKind)).toMatchObject({
      enum: ['cryobag', 'vial', 'syringe', 'segment'],
      'x-titles': { cryobag: { zh: '冻存袋', en: 'cryobag' } },
    });
  });

  it('has the markers that a donor is tested for', () => {
    const infections = new Set(InfectiousMarker.options.map((marker) => INFECTION_OF[marker]));
    expect([...infections].sort()).toEqual(['CMV', 'EBV', 'HBV', 'HCV', 'HIV', 'HTLV', 'other', 'syphilis']);
  });
});
