import { IdentifierScheme, normalised, searchKey } from '@cytoledger/domain';
import { lotSearch } from '../model/batches.ts';
import { chainKey } from '../model/chains.ts';
import { knownBy } from '../query/origin.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import { batchesOf, findUnit, unitsNamed } from '../query/unit-rows.ts';
import type { Asking } from '../traces/answer.ts';
import { sightOf } from '../traces/units.ts';

/** Something that may be meant. Local numbers are unique per site and kind only, so there may be several. */
export type Candidate = {
  readonly kind: string;
  readonly id: string;
  /** Unit within the batch, where the code is a unit's. */
  readonly unit: string | null;
  /** By what it was found: a scheme, `id`, `label`, `old-label`, `lot`, `coi` or `code`. */
  readonly by: string;
  readonly value: string;
  readonly site: string | null;
};

const MAX_CANDIDATES = 200;

/** Everything that a scanned or typed text may name: identifiers of every scheme, ids, labels, lots, chains of identity. */
export function search({ snapshot, sight }: Asking, text: string): Candidate[] {
  const found = [
    ...byIdentifier(snapshot, text),
    ...byId(snapshot, text.trim()),
    ...byLabel(snapshot, text),
    ...byLot(snapshot, text),
    ...byChain(snapshot, text),
    ...byCode(snapshot, text.trim()),
  ];
  const seen = new Set<string>();
  return found
    .filter(({ stream, unit }) =>
      unit === null ? seesStream(snapshot, sight, stream) : seesUnit({ snapshot, sight }, stream, unit),
    )
    .map(({ stream, ...rest }): Candidate => {
      const name = snapshot.name(stream);
      return { kind: rest.unit === null ? name.split('-', 1)[0]! : 'unit', id: idOf(name), ...rest };
    })
    .filter((candidate) => {
      const key = JSON.stringify([candidate.kind, candidate.id, candidate.unit, candidate.by, candidate.value]);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MAX_CANDIDATES);
}

type Hit = Omit<Candidate, 'kind' | 'id'> & { readonly stream: StreamNumber };

/** As each scheme would write it: a DIN is found with and without its flags, a GTIN in every length. */
function keysOf(text: string): string[] {
  return [...new Set([normalised(text), ...IdentifierScheme.options.map((scheme) => searchKey({ scheme, value: text }))])];
}

function byIdentifier(snapshot: Snapshot, text: string): Hit[] {
  return snapshot.all<Hit>(
    `SELECT i.stream, i.unit, i.scheme AS "by", i.value, i.site FROM json_each(:keys) k CROSS JOIN identifiers i
      WHERE i.search = k.value AND {rows i} LIMIT ${MAX_CANDIDATES * 5}`,
    { keys: JSON.stringify(keysOf(text)) },
  );
}

const STREAMS = [
  'batch',
  'donation',
  'person',
  'treatment',
  'shipment',
  'material',
  'sample',
  'equipment',
  'room',
  'product',
  'study',
  'fact',
];

/** Devices and rooms by what they are called. */
function byCode(snapshot: Snapshot, code: string): Hit[] {
  return snapshot
    .all<{ stream: StreamNumber; site: string | null }>(
      `SELECT d.stream, d.owner AS site FROM devices d WHERE d.code = :code AND {rows d}
        UNION ALL SELECT r.stream, r.owner FROM rooms r WHERE r.code = :code AND {rows r}`,
      { code },
    )
    .map(({ stream, site }) => ({ stream, unit: null, by: 'code', value: code, site }));
}

function byId(snapshot: Snapshot, text: string): Hit[] {
  const hit = (stream: StreamNumber, unit: string | null): Hit => ({ stream, unit, by: 'id', value: text, site: null });
  const streams = [text, ...STREAMS.map((kind) => `${kind}-${text}`)].flatMap((stream) => knownBy(snapshot, stream) ?? []);
  return [...streams.map((stream) => hit(stream, null)), ...findUnit(snapshot, text).map(({ batch, id }) => hit(batch, id))];
}

/** The label on a unit, and those that were on it before: by the id of the label or by what its code says. */
function byLabel(snapshot: Snapshot, text: string): Hit[] {
  const label = 'l.stream, l.unit, l.code, l.label, l.replaced_by IS NOT NULL AS isOld';
  type Row = { stream: StreamNumber; unit: string; code: string | null; label: string; isOld: number };
  return snapshot
    .all<Row>(
      `SELECT ${label} FROM labels l WHERE l.label = :id AND {rows l}
        UNION SELECT ${label} FROM labels l WHERE l.search = :code AND {rows l} LIMIT ${MAX_CANDIDATES * 5}`,
      { id: text.trim().toLowerCase(), code: normalised(text) },
    )
    .map(({ stream, unit, code, label: id, isOld }) => ({
      ...{ stream, unit, site: null },
      by: isOld === 1 ? 'old-label' : 'label',
      value: code ?? id,
    }));
}

function byLot(snapshot: Snapshot, text: string): Hit[] {
  return snapshot.all<Hit>(
    `SELECT DISTINCT m.stream, NULL AS unit, 'lot' AS "by", m.lot AS value, m.supplier AS site FROM materials m
      WHERE m.lot_search = :lot AND {rows m}
     UNION SELECT l.stream, NULL, 'lot', l.lot, l.supplier FROM lots l WHERE l.lot_search = :lot AND {rows l}
     LIMIT ${MAX_CANDIDATES * 5}`,
    { lot: lotSearch(text) },
  );
}

/** A patient's donations, their batches and bags, and the treatment, by the chain of identity that they share. A site knows bags of batches that it does not. */
function byChain(snapshot: Snapshot, text: string): Hit[] {
  return snapshot.all<Hit>(
    `SELECT c.stream, NULL AS unit, 'coi' AS "by", c.value, NULL AS site FROM chains c WHERE c.search = :chain AND {rows c}
     UNION ALL SELECT u.stream, u.key, 'coi', c.value, NULL FROM chains c CROSS JOIN units u
      WHERE c.search = :chain AND {rows c} AND u.stream = c.stream AND {rows u}
     LIMIT ${MAX_CANDIDATES * 5}`,
    { chain: chainKey(text) },
  );
}

function seesUnit({ snapshot, sight }: Asking, stream: StreamNumber, id: string): boolean {
  return unitsNamed(snapshot, [{ id, batch: stream }]).some((unit) =>
    sight.unit(sightOf(snapshot, unit, batchesOf(snapshot, [unit.batch]).get(unit.batch))),
  );
}
