import fc from 'fast-check';

export type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};

/** Mostly valid values of a JSON Schema as our schemas write it: what a schema cannot say (check characters, calendars) comes out wrong at times. */
export function valuesOf(schema: JsonSchema, depth = 0): fc.Arbitrary<unknown> {
  let arbitrary = made.get(schema);
  if (!arbitrary) {
    arbitrary = arbitraryOf(schema, depth);
    made.set(schema, arbitrary);
  }
  return arbitrary;
}

/** Made once for each schema: making them costs more than drawing from them. */
const made = new WeakMap<JsonSchema, fc.Arbitrary<unknown>>();

function arbitraryOf(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return fc.oneof(...variants.map((variant) => valuesOf(variant, depth)));
  if (schema.allOf?.[0]) return valuesOf(schema.allOf[0], depth);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return objectsOf(schema, depth);
    case 'array':
      return fc.array(schema.items ? valuesOf(schema.items, depth + 1) : fc.string(), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + (depth > 3 ? 0 : 2)),
      });
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({ min: bounded(schema.minimum, 0), max: bounded(schema.maximum, 1000) });
    case 'number':
      return fc.integer({ min: bounded(schema.minimum, 0), max: bounded(schema.maximum, 1000) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.constantFrom<unknown>('text', 7, null, {});
  }
}

function bounded(value: number | undefined, fallback: number): number {
  return value === undefined ? fallback : Math.max(-1_000_000, Math.min(1_000_000, value));
}

function objectsOf({ properties = {}, required = [] }: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const optional = Object.keys(properties).filter((name) => !required.includes(name) && name !== '_sd');
  const wanted = depth > 4 ? fc.constant<string[]>([]) : fc.subarray(optional, { maxLength: Math.min(4, optional.length) });
  const members = Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, valuesOf(member, depth + 1)]));
  return wanted.chain((chosen) =>
    fc.record(Object.fromEntries(Object.entries(members).filter(([name]) => required.includes(name) || chosen.includes(name)))),
  );
}

const times = fc
  .integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) })
  .map((ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00'));

function textsOf({ pattern, format, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return times;
  if (format === 'date') return times.map((time) => time.slice(0, 10));
  if (format === 'uuid') return fc.uuid();
  // All of Unicode but a few: slow to draw from.
  if (pattern !== undefined && /\\p\{/i.test(pattern)) return fc.constantFrom('code-1', 'A 17', '批号-7', 'x', 'X'.repeat(80));
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern, 'u'));
    } catch {
      // Look-arounds and the like.
      return fc.constantFrom('2026-11-21T08:00:00+08:00', '2026-11-21', 'code-1', '1.5');
    }
  }
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, minLength + 20)) });
}
