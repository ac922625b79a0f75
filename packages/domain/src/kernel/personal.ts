import { z } from 'zod';

/**
 * Personal fields: names of persons, free text, genetic typing and measured values of persons. They never stand in clear in a stored
 * body: they become salted digests in `_sd` of the object that held them (RFC 9901), their disclosures go to the vault.
 *
 * No rule reads a personal field; `decide` and `evolve` never see one.
 */
export type PersonalField = {
  /** Path from `data`; `*` stands for every item of a list. */
  readonly path: readonly string[];
  /** Whose it is: a JSON pointer into `data` at a pseudonym, the stream's own id, or the reporting organisation. */
  readonly subject: Subject;
};

export type Subject = `/${string}` | 'stream' | 'organisation';

/** Kept as metadata, because that survives `.describe()`, which makes a new schema. */
const PERSONAL = 'x-personal';

/** Marks a field as personal. It is always optional: whoever reads the log later may find it erased. */
export function personal<T extends z.ZodType>(schema: T, subject: Subject = 'organisation'): z.ZodOptional<T> {
  return schema.optional().meta({ [PERSONAL]: subject }) as z.ZodOptional<T>;
}

/** base64url SHA-256 digests of disclosures, sorted. */
const Digests = z.array(z.string().regex(/^[A-Za-z0-9_-]{43}$/)).max(64);

/** A strict object that holds personal fields, and therefore may carry `_sd`. */
export function withPersonal<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject({ ...shape, _sd: Digests.optional() });
}

/** Every personal field of a schema, found once when a fact is declared. */
export function personalFields(schema: z.ZodType): PersonalField[] {
  const found: PersonalField[] = [];
  walk(schema, [], found);
  return found;
}

function walk(schema: z.ZodType, path: readonly string[], found: PersonalField[]): void {
  const subject = schema.meta()?.[PERSONAL] as Subject | undefined;
  if (subject !== undefined) {
    found.push({ path, subject });
    return;
  }
  if (schema instanceof z.ZodObject) {
    for (const [name, field] of Object.entries(schema.shape)) walk(field as z.ZodType, [...path, name], found);
  } else if (schema instanceof z.ZodArray) {
    walk(schema.element as z.ZodType, [...path, '*'], found);
  } else if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    walk(schema.unwrap() as z.ZodType, path, found);
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) walk(option as z.ZodType, path, found);
  }
}
