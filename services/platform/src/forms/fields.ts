import { codeWorded, worded } from './words.ts';

type Bilingual = { readonly en: string; readonly zh: string | null };

/** A box on a form. */
export type Field = {
  readonly member: string;
  readonly label: Bilingual;
  readonly note: string | null;
  readonly required: boolean;
  readonly personal: boolean;
  readonly box: Box;
};

export type Box =
  | { readonly kind: 'line' }
  /** Known beforehand: printed, not asked. */
  | { readonly kind: 'fixed'; readonly value: string }
  | { readonly kind: 'time' }
  | { readonly kind: 'choice'; readonly codes: readonly (Bilingual & { readonly code: string })[] }
  | { readonly kind: 'quantity'; readonly unit: string | null }
  | { readonly kind: 'group'; readonly fields: readonly Field[] }
  /** Several of the same: a table with blank rows. */
  | { readonly kind: 'rows'; readonly columns: readonly Field[] }
  | { readonly kind: 'either'; readonly of: readonly Box[] };

type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly 'x-titles'?: Readonly<Record<string, { readonly en: string; readonly zh: string }>>;
  readonly 'x-personal'?: string;
};

/** What deeper than this would be printed is asked in words. */
const DEEPEST = 3;
/** Digests that the platform or the sender makes; nobody writes them by hand. */
const NOT_BY_HAND: ReadonlySet<string> = new Set(['_sd', 'contentDigest', 'params', 'pointer', 'asEntered']);

/** The boxes of a form, from the JSON Schema of what is recorded: a form asks for what a record takes, and for nothing else. */
export function fieldsOf(schema: object, depth = 0): Field[] {
  const { properties = {}, required = [] } = schema as Schema;
  return Object.entries(properties)
    .filter(([member]) => !NOT_BY_HAND.has(member))
    .map(([member, of]) => ({
      member,
      label: worded(member),
      note: of.description ?? null,
      required: required.includes(member),
      personal: of['x-personal'] !== undefined,
      box: boxOf(of, depth + 1),
    }));
}

function boxOf(schema: Schema, depth: number): Box {
  const variants = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
  if (variants)
    return variants.length === 1
      ? boxOf(variants[0]!, depth)
      : { kind: 'either', of: variants.map((each) => boxOf(each, depth)) };
  if (schema.const !== undefined) return { kind: 'fixed', value: String(schema.const) };
  if (schema.enum) {
    const titles = schema['x-titles'] ?? {};
    return {
      kind: 'choice',
      codes: schema.enum.map((code) => ({ code, ...codeWorded(code, titles[code]) })),
    };
  }
  if (schema.type === 'boolean') return { kind: 'choice', codes: YES_NO };
  if (schema.type === 'array') return rowsOf(schema.items ?? {}, depth);
  if (schema.type === 'object' && schema.properties) {
    const { value, unit } = schema.properties;
    if (value && unit) return { kind: 'quantity', unit: null };
    return depth > DEEPEST ? { kind: 'line' } : { kind: 'group', fields: fieldsOf(schema, depth) };
  }
  return { kind: isTime(schema) ? 'time' : 'line' };
}

const YES_NO = [
  { code: 'true', en: 'yes', zh: '是' },
  { code: 'false', en: 'no', zh: '否' },
];

function rowsOf(item: Schema, depth: number): Box {
  const columns = item.properties && !(item.properties['value'] && item.properties['unit']) ? fieldsOf(item, depth) : [];
  if (columns.length > 0 && depth <= DEEPEST) return { kind: 'rows', columns };
  const box = boxOf(item, depth);
  // Several codes of one list are ticked together.
  return box.kind === 'choice' ? box : { kind: 'rows', columns: [{ ...NAMELESS, box }] };
}

const NAMELESS = { member: '', label: { en: '', zh: null }, note: null, required: false, personal: false };

function isTime({ examples, description = '' }: Schema): boolean {
  return /RFC 3339|^\d{4}-\d\d-\d\dT/.test(`${examples?.[0] ?? ''} ${description}`);
}
