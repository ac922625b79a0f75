type Json = { readonly [name: string]: unknown };

/** Characters of JSON below which a schema is written where it stands. */
const WORTH = 160;
const TIMES = 3;

/** Schemas that are said again and again, once, each under the name of the member that has it first. */
export class SharedSchemas {
  readonly #texts = new Map<string, { times: number; readonly name: string }>();
  readonly #names = new Map<string, string>();
  readonly #shared = new Map<string, Json>();

  /** Sees all of them before the first is placed. */
  constructor(schemas: Iterable<Json>) {
    for (const schema of schemas) this.#count(schema, 'value');
    const taken = new Map<string, number>();
    for (const [text, { times, name }] of this.#texts) {
      if (times < TIMES) continue;
      const before = taken.get(name) ?? 0;
      taken.set(name, before + 1);
      this.#names.set(text, before === 0 ? name : `${name}${before + 1}`);
    }
  }

  /** The schema with references in the place of what is shared. */
  placed(schema: Json): Json {
    return this.#inside(schema) as Json;
  }

  /** What was referred to, by name. */
  get all(): Readonly<Record<string, Json>> {
    return Object.fromEntries([...this.#shared].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #count(value: unknown, name: string): void {
    if (Array.isArray(value)) for (const item of value) this.#count(item, name);
    if (!isSchemaLike(value)) return;
    const text = isSchema(value) ? JSON.stringify(value) : '';
    if (text.length >= WORTH) {
      const known = this.#texts.get(text);
      if (known) {
        known.times++;
        // What is inside was counted when it was met first.
        return;
      }
      this.#texts.set(text, { times: 1, name: titled(name) });
    }
    for (const [key, member] of Object.entries(value)) this.#count(member, UNNAMED.has(key) ? name : key);
  }

  #inside(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#placed(item));
    if (!isSchemaLike(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#placed(member)]));
  }

  #placed(value: unknown): unknown {
    const name = isSchemaLike(value) && isSchema(value) ? this.#names.get(JSON.stringify(value)) : undefined;
    if (name === undefined) return this.#inside(value);
    if (!this.#shared.has(name)) {
      this.#shared.set(name, {});
      this.#shared.set(name, this.#inside(value) as Json);
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}

/** Keywords: what is below them is called like what they belong to. */
const UNNAMED = new Set(['properties', 'items', 'anyOf', 'oneOf', 'allOf', 'additionalProperties', 'prefixItems']);

function isSchemaLike(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSchema(value: Json): boolean {
  return ['type', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'].some(
    (keyword) => keyword in value && typeof value[keyword] !== 'undefined',
  );
}

function titled(name: string): string {
  return name.replace(/^[^A-Za-z]+/, '').replace(/^./, (first) => first.toUpperCase()) || 'Value';
}
