import { TraceError } from '../errors.ts';
import { organisationsIn } from '../model/donations.ts';
import { lotsOf } from '../query/lots.ts';
import { type FoundOrigin, findOrigin, type Origin } from '../query/origin.ts';
import type { FollowedLink } from '../query/person-links.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import { batchesOf, ITS_WHEREABOUTS } from '../query/unit-rows.ts';
import type { Asking, PersonLinkSeen } from './answer.ts';

/**
 * Where a forward trace begins, for who may ask what came of it: oversight; who registered the donor, collected or received a donation of theirs; who
 * made, holds or was allocated units of the batch; in whose records a lot, device, room or person is. Others are told that there is nothing.
 *
 * @throws TraceError `not-found`
 */
export function originAsked(asking: Asking, origin: Origin): FoundOrigin {
  const { snapshot, sight } = asking;
  const found = findOrigin(snapshot, origin, (batch) => sight.everything || knows(asking, batch));
  // What is not there and what may not be known of is answered in the same words.
  if (!found || !mayAskForward(asking, found))
    throw new TraceError('not-found', `nothing is known of ${JSON.stringify(origin)} at this moment`);
  return found;
}

function mayAskForward(
  { snapshot, sight }: Asking,
  { roots: all, person, record, lots = [], parts = [], keptBy = [] }: FoundOrigin,
): boolean {
  if (sight.everything) return true;
  // Whoever names another's record in a batch of their own does not know it for that.
  const keeper = record === undefined ? undefined : (lotsOf(snapshot, [record]).get(record)?.owner ?? null);
  const owners = keeper === undefined ? undefined : batchesOf(snapshot, all);
  const roots = owners ? all.filter((root) => keeper !== null && owners.get(root)?.owner === keeper) : all;
  if (person !== null && donorKnownTo(snapshot, person).some((org) => sight.isOf(org))) return true;
  if (keptBy.some((org) => sight.isOf(org))) return true;
  const batches = new Set([...roots, ...parts.map(({ batch }) => batch)]);
  if (person === null && [...batches].some((root) => knows({ snapshot, sight }, root))) return true;
  const kept = lotsOf(snapshot, record === undefined ? lots : [record]);
  return [...kept.values()].some(({ owner }) => sight.isOf(owner));
}

/** Organisations that know a donor by their pseudonym: they registered, collected from or received from them. */
export function donorKnownTo(snapshot: Snapshot, person: StreamNumber): string[] {
  const registered = snapshot.get<{ org: string | null }>(
    'SELECT registered_by AS org FROM persons p WHERE p.stream = :person AND {rows p}',
    {
      person,
    },
  );
  const given = snapshot.all<{ procurement_site: string | null; receivers: string | null }>(
    'SELECT procurement_site, receivers FROM donations d WHERE d.donor = :person AND {rows d}',
    { person },
  );
  const orgs = [
    registered?.org,
    ...given.flatMap(({ procurement_site, receivers }) => [procurement_site, ...organisationsIn(receivers)]),
  ];
  return [...new Set(orgs.filter((org) => org != null))];
}

function knows({ snapshot, sight }: Asking, root: StreamNumber): boolean {
  const { org } = sight.viewer;
  const name = snapshot.name(root);
  if (name.startsWith('donation-')) {
    const donation = snapshot.get<{ procurement_site: string | null; receivers: string | null }>(
      'SELECT procurement_site, receivers FROM donations d WHERE d.stream = :root AND {rows d}',
      { root },
    );
    return (
      donation !== undefined && [donation.procurement_site, ...organisationsIn(donation.receivers)].some((org) => sight.isOf(org))
    );
  }
  const owner = batchesOf(snapshot, [root]).get(root)?.owner ?? null;
  if (sight.batch({ batch: name, owner })) return true;
  if (!sight.isOf(org)) return false;
  const held = snapshot.get(
    `SELECT 1 AS held FROM units u CROSS JOIN whereabouts w
      WHERE u.stream = :root AND {rows u} AND ${ITS_WHEREABOUTS} AND (w.custodian = :org OR w.allocated_site = :org) LIMIT 1`,
    { root, org },
  );
  return held !== undefined;
}

/** The donor as the viewer may call them, to stand before every path; nothing where no donor was asked for. */
export function donorsSeen({ snapshot, sight }: Asking, { person }: FoundOrigin): string[] {
  if (person === null) return [];
  const seen = sight.donor(snapshot.name(person), donorKnownTo(snapshot, person));
  return seen === null ? [] : [seen];
}

/** Links that were followed, by names that the viewer may call the person: a pseudonym that they do not know is an alias of their own. */
export function personLinksSeen({ snapshot, sight }: Asking, followed: readonly FollowedLink[] = []): PersonLinkSeen[] {
  const seen = (person: StreamNumber) => {
    const name = sight.donor(snapshot.name(person), donorKnownTo(snapshot, person));
    return name?.startsWith('person-') ? idOf(name) : (name ?? '–');
  };
  return followed.map(({ link, from, to }) => ({ link, from: seen(from), to: seen(to) }));
}
