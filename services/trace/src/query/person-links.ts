import type { Snapshot, StreamNumber } from './snapshot.ts';

/** A link between two pseudonyms that an answer followed. */
export type FollowedLink = { readonly link: string; readonly from: StreamNumber; readonly to: StreamNumber };

export type NamesOfPerson = {
  /** Every pseudonym of the person; the one asked for first. */
  readonly names: readonly StreamNumber[];
  readonly followed: readonly FollowedLink[];
};

/** Whether an answer is to go on from one pseudonym of a person to the others. */
export type FollowLinks = 'follow' | 'ignore';

/** Pseudonyms that were linked at that moment, through links of links; each link once. What is undone is not followed. */
export function namesOfPerson(snapshot: Snapshot, person: StreamNumber, links: FollowLinks = 'follow'): NamesOfPerson {
  const names = [person];
  if (links === 'ignore') return { names, followed: [] };
  const followed = new Map<string, FollowedLink>();
  for (const name of names) {
    for (const { link, other } of linksOf(snapshot, name)) {
      if (names.includes(other)) continue;
      names.push(other);
      followed.set(link, { link, from: name, to: other });
    }
  }
  return { names, followed: [...followed.values()] };
}

function linksOf(snapshot: Snapshot, person: StreamNumber): { link: string; other: StreamNumber }[] {
  return snapshot.all<{ link: string; other: StreamNumber }>(
    'SELECT l.key AS link, l.other FROM person_links l WHERE l.stream = :person AND l.standing = 1 AND {rows l} ORDER BY l.row',
    { person },
  );
}
