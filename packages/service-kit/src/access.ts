import type { Relation } from '@cytoledger/domain';
import type { Caller } from './caller.ts';
import { Refusal } from './problem.ts';
import type { Role } from './roles.ts';
import { TITLES } from './titles.ts';

/** Who may do a thing: with one of these roles, and an organisation that stands in one of these relations to the resource. */
export type Permission = {
  readonly by: readonly Role[];
  /** `any`: the role is enough, e.g. for what opens a stream, or for a fact that must be recorded whoever saw it. */
  readonly as: readonly Relation[] | 'any';
};

/** Roles that know of everything, under pseudonyms. */
const OVERSEERS: readonly Role[] = ['oversight'];

/** What the caller's organisation is to the resource; null when the resource does not exist. */
export type Relations = readonly Relation[] | null;

/**
 * May not know of it → 404; may know of it, not do it → 403.
 *
 * @throws Refusal
 */
export function authorise(caller: Caller, permission: Permission, relations: Relations, what: string): Role {
  const role = caller.roles.find((candidate) => permission.by.includes(candidate));
  if (permission.as === 'any') {
    if (role) return role;
    throw forbidden(caller, what);
  }
  if (relations === null && role) return role;
  // Without the role, what does not exist is answered like what may not be known: nobody learns which it is.
  const known = relations ?? [];
  const related = known.some((relation) => (permission.as as readonly Relation[]).includes(relation));
  if (role && (related || OVERSEERS.includes(role))) return role;
  if (known.length > 0 || caller.roles.some((candidate) => OVERSEERS.includes(candidate))) throw forbidden(caller, what);
  throw unknown(what);
}

function forbidden(caller: Caller, what: string): Refusal {
  return new Refusal({
    status: 403,
    code: 'forbidden',
    title: TITLES.notAllowed,
    detail: {
      en: `Role ${caller.roles.join(', ') || 'none'} of ${caller.org} may not do this with this ${what}.`,
      zh: `${caller.org} 的角色（${caller.roles.join('、') || '无'}）不得对该 ${what} 执行此操作。`,
    },
  });
}

function unknown(what: string): Refusal {
  return new Refusal({
    status: 404,
    code: 'not-found',
    title: TITLES.notFound,
    detail: { en: `There is no such ${what}.`, zh: `没有这样的 ${what}。` },
  });
}

/**
 * Whoever reads must stand in some relation to the resource, or oversee all.
 *
 * @throws Refusal 404
 */
export function requireRelation(caller: Caller, relations: readonly Relation[], what: string): void {
  if (relations.length > 0 || caller.roles.some((role) => OVERSEERS.includes(role))) return;
  throw unknown(what);
}
