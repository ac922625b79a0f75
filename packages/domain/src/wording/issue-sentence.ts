import * as z from 'zod';
import type { Bilingual } from '../vocabulary/index.ts';
import { SCHEMA_SENTENCES } from './schema-sentences.ts';

/** Only Chinese has to be made: the schema itself has spoken English. */
const locale = z.locales.zhCN().localeError;

/**
 * What a schema refuses, in both languages. The English is the schema's own; the Chinese is made here, so that nothing is translated for what is
 * accepted.
 *
 * @param sent the whole that was parsed: what stands at the place is told beside what should
 * @param own sentences of the schema that are none of the domain's
 */
export function issueSentence(issue: z.core.$ZodIssue, sent: unknown, own?: ReadonlyMap<string, string>): Bilingual {
  const en = issue.message;
  return {
    en,
    zh: toldByCheck(issue) ?? SCHEMA_SENTENCES.get(en) ?? own?.get(en) ?? toldByShape(issue, valueAt(sent, issue.path)),
  };
}

function toldByCheck(issue: z.core.$ZodIssue): string | undefined {
  const told: unknown = issue.code === 'custom' ? issue.params?.['zh'] : undefined;
  return typeof told === 'string' ? told : undefined;
}

function toldByShape(issue: z.core.$ZodIssue, value: unknown): string {
  const missing = value === undefined ? '缺少此项：' : '';
  switch (issue.code) {
    case 'invalid_type':
      return `${missing}应为${typeName(issue.expected)}${missing === '' ? `，所提交的是${typeName(typeOf(value))}` : ''}`;
    case 'invalid_value':
      return `${missing}${oneOf(issue.values)}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `${missing}${oneOf(issue.options)}`
        : `${missing}不符合任何一种允许的形式`;
    case 'too_small':
    case 'too_big':
      return size(issue);
    case 'custom':
      return `不符合要求：${issue.message}`;
    default:
      return sentenceOf(locale(issue as never)) ?? `不符合要求：${issue.message}`;
  }
}

function size(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  const isBig = issue.code === 'too_big';
  const limit = String(isBig ? issue.maximum : issue.minimum);
  const counted = COUNTED[issue.origin];
  if (!counted) {
    if (isBig) return issue.inclusive ? `过大：不得大于 ${limit}` : `过大：应小于 ${limit}`;
    return issue.inclusive ? `过小：不得小于 ${limit}` : `过小：应大于 ${limit}`;
  }
  const [many, few, unit] = counted;
  const amount = issue.exact ? '应正好' : isBig ? '最多' : '至少';
  return `${isBig ? many : few}：${amount} ${limit} ${unit}`;
}

const COUNTED: Readonly<Record<string, readonly [many: string, few: string, unit: string]>> = {
  string: ['过长', '过短', '个字符'],
  array: ['过多', '过少', '项'],
  set: ['过多', '过少', '项'],
  map: ['过多', '过少', '项'],
};

function oneOf(values: readonly unknown[]): string {
  const named = values.map((value) => JSON.stringify(value));
  return named.length === 1 ? `只能是 ${named[0]}` : `只能是以下之一：${named.join('、')}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: '文本',
  number: '数值',
  int: '整数',
  boolean: '布尔值',
  object: '对象',
  record: '对象',
  array: '列表',
  tuple: '列表',
  null: '空值（null）',
  nan: '非数值（NaN）',
};

function typeName(type: string): string {
  return TYPES[type] ?? type;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isNaN(value)) return 'nan';
  return typeof value;
}

function sentenceOf(told: string | { readonly message: string } | undefined | null): string | undefined {
  return typeof told === 'object' ? told?.message : told;
}

function valueAt(sent: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<PropertyKey, unknown>)[name]
        : undefined,
    sent,
  );
}
