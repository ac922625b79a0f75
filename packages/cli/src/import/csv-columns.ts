import type { JsonValue } from '@cytoledger/attest';
import { CliError } from '../exit.ts';

/** Where the cells of a column go, and what they are. */
export type Column = { readonly path: readonly string[]; readonly kind: Kind };

type Kind = (typeof KINDS)[number];

const KINDS = ['text', 'number', 'boolean', 'json'] as const;
const TOP = ['type', 'stream', 'id', 'occurredAt', 'capture', 'data'];

/**
 * A heading: a JSON pointer (`/data/tests/0/marker`) or the same with dots (`data.tests.0.marker`); `:number`, `:boolean` or `:json` behind it say
 * what its cells are. Without one they are text.
 *
 * @throws CliError
 */
export function columnOf(heading: string): Column {
  const [, name = '', kind = 'text'] = /^(.*?)(?::(\w+))?$/s.exec(heading.trim()) ?? [];
  const path = name.startsWith('/')
    ? name
        .slice(1)
        .split('/')
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    : name.split('.');
  if (!TOP.includes(path[0]!) || path.some((segment) => segment === '' || segment === '__proto__')) {
    throw new CliError(
      `the column "${heading}" belongs nowhere`,
      `A column begins with one of ${TOP.join(', ')}, e.g. data.role or /data/role.`,
    );
  }
  if (!KINDS.includes(kind as Kind)) {
    throw new CliError(
      `the column "${heading}" is of no known kind`,
      `The kinds are ${KINDS.map((each) => `:${each}`).join(', ')}.`,
    );
  }
  return { path, kind: kind as Kind };
}

/** @throws RangeError that says why */
export function cellValue(cell: string, kind: Kind): JsonValue {
  switch (kind) {
    case 'text':
      return cell;
    case 'number':
      if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell.trim())) throw new RangeError(`"${cell}" is no number`);
      return Number(cell);
    case 'boolean':
      if (/^true$/i.test(cell.trim())) return true;
      if (/^false$/i.test(cell.trim())) return false;
      throw new RangeError(`"${cell}" is neither true nor false`);
    case 'json':
      try {
        return JSON.parse(cell) as JsonValue;
      } catch {
        throw new RangeError(`"${cell}" is not JSON`);
      }
  }
}

type Tree = { [name: string]: unknown } | unknown[];

/** Puts a value where the path says; a segment of digits is the place in a list. */
export function put(tree: { [name: string]: unknown }, path: readonly string[], value: JsonValue): void {
  let at: Tree = tree;
  path.forEach((segment, n) => {
    const held = at as Record<string, unknown>;
    if (n === path.length - 1) held[segment] = value;
    else {
      held[segment] ??= /^\d+$/.test(path[n + 1]!) ? [] : {};
      at = held[segment] as Tree;
    }
  });
}
