import { entryOf } from './memory.ts';
import { idIn, type Seen } from './policy.ts';

/** By pseudonym: links that stand, each with the other pseudonym of the same person. */
export type PersonNames = Map<string, Map<string, string>>;

const LINKED = 'person.linked.';
const NOTED = 'person.link-noted.';
const UNLINKED = 'person.unlinked.';

export const NAMING_TYPES = [LINKED, NOTED, UNLINKED] as const;

type Named = { readonly link: string; readonly with: string; readonly standing?: boolean };

/** Takes the event in; whether two pseudonyms are one person since. */
export function addToNames(names: PersonNames, { type, stream, data }: Seen): boolean {
  const person = idIn(stream);
  if (type.startsWith(UNLINKED)) return forget(names, person, (data as Pick<Named, 'link'>).link);
  if (!type.startsWith(LINKED) && !type.startsWith(NOTED)) return false;
  const { link, with: other, standing = true } = data as Named;
  if (!standing) return forget(names, person, link);
  entryOf(names, person, () => new Map<string, string>()).set(link, other);
  entryOf(names, other, () => new Map<string, string>()).set(link, person);
  return true;
}

/** From both ends; an undone link is a cause of nothing. */
function forget(names: PersonNames, person: string, link: string): false {
  const other = names.get(person)?.get(link);
  names.get(person)?.delete(link);
  if (other !== undefined) names.get(other)?.delete(link);
  return false;
}

/** Every pseudonym of the person, through links of links, the one asked for first. */
export function namesOf(names: PersonNames, person: string): readonly string[] {
  const found = new Set([person]);
  for (const name of found) for (const other of names.get(name)?.values() ?? []) found.add(other);
  return [...found];
}
