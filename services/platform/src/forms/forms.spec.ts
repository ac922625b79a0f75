import { facts } from '@cytoledger/domain';
import { jsonSchemaOf, type OpenQuestion } from '@cytoledger/service-kit';
import { describe, expect, it } from 'vitest';
import { type Box, type Field, fieldsOf } from './fields.ts';
import { formCode } from './form-page.ts';
import { MEMBER_WORDS } from './member-words.ts';
import { formsService } from './service.ts';

const service = formsService();
const form = async (type: string, stream?: string) => {
  const route = service.open!.find(
    ({ path }) => path === (stream === undefined ? '/v1/forms/:type' : '/v1/forms/:type/:stream'),
  )!;
  const params = { type, ...(stream !== undefined && { stream }) };
  return route.handle({ params } as unknown as OpenQuestion);
};
const PASSAGE = 'batch.passaged.v1';
const byHand = [...facts.values()].filter(({ kind, aggregate }) => kind !== 'derived' && aggregate.name !== 'log');

/** Every box of a form, however deep. */
function everyField(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => [field, ...everyField(inside(field.box))]);
}

function inside(box: Box): readonly Field[] {
  if (box.kind === 'group') return box.fields;
  if (box.kind === 'rows') return box.columns;
  return box.kind === 'either' ? box.of.flatMap(inside) : [];
}

function codesIn(box: Box): readonly { readonly code: string; readonly zh: string | null }[] {
  if (box.kind === 'choice') return box.codes;
  return box.kind === 'either' ? box.of.flatMap(codesIn) : [];
}

describe('the words of a form', () => {
  const HAN = /\p{Script=Han}/u;
  const fieldsFor = (fact: (typeof byHand)[number]) => everyField(fieldsOf(jsonSchemaOf(fact.schema)));

  it.each(byHand.map((fact) => [fact.type, fact] as const))('%s: every member and every code has its Chinese', (_, fact) => {
    const fields = fieldsFor(fact);
    const members = fields.filter(({ member, label }) => member !== '' && !HAN.test(label.zh ?? ''));
    const codes = fields.flatMap(({ member, box }) =>
      codesIn(box)
        .filter(({ zh }) => zh === null)
        .map(({ code }) => `${member} ${code}`),
    );
    expect([members.map(({ member }) => member), codes]).toEqual([[], []]);
  });

  it('are kept for no member that no form asks for', () => {
    const asked = new Set(byHand.flatMap((fact) => fieldsFor(fact).map(({ member }) => member)));
    expect(Object.keys(MEMBER_WORDS).filter((member) => !asked.has(member))).toEqual([]);
  });
});

describe('a form for paper', () => {
  it('asks in both languages for what the record takes, with times, two signatures and both of who copies it', async () => {
    const { body, type } = await form(PASSAGE);
    expect(type).toContain('text/html');
    for (const asked of [
      facts.get(PASSAGE)!.title.zh,
      facts.get(PASSAGE)!.title.en,
      '代次',
      '操作人',
      '复核人',
      '发生时间',
      'Done by',
      'Verified by',
      '转录人',
      '核对人',
      'SHA-256',
    ])
      expect(body).toContain(asked);
    expect(String(body)).toContain(formCode(facts.get(PASSAGE)!));
  });

  it('carries the record’s id where it is known, and lets no markup in', async () => {
    expect((await form(PASSAGE, 'batch-1')).body).toContain('<code>batch-1</code>');
    expect((await form(PASSAGE, '<img src=x>')).body).not.toContain('<img');
  });

  it('says that ink does not stand in for an electronic signature', async () => {
    expect((await form('batch.unit-infusion-authorised.v1')).body).toContain('ink does not stand in');
  });

  it.each(byHand.map((fact) => [fact.type, fact] as const))(
    '%s has one, with every member that a hand can fill in',
    async (type, fact) => {
      const { body, headers } = await form(type);
      expect(String(headers?.['content-security-policy'])).toMatch(/^default-src 'none'/);
      expect(String(body)).not.toMatch(/<script|undefined|\[object/);
      const members = Object.keys((fact.schema as unknown as { shape?: object }).shape ?? {});
      for (const member of members.filter((each) => !['_sd', 'contentDigest', 'params', 'pointer'].includes(each)))
        expect(body).toContain(`>${member}</small>`);
      expect(formCode(fact).length).toBeLessThanOrEqual(80);
    },
  );

  it('has a version that changes with what the record takes', () => {
    const fact = facts.get(PASSAGE)!;
    const codes = new Set([...facts.values()].map(formCode));
    expect(codes.size).toBe(facts.size);
    expect(formCode(fact)).toMatch(/^batch\.passaged\.v1 [0-9a-f]{8}$/);
  });

  it('is there for no record that only the platform makes', async () => {
    await expect(form('batch.origins-resolved.v1')).rejects.toMatchObject({ problem: { code: 'no-such-form' } });
  });
});
