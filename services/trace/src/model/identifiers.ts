import { type Identifier, searchKey } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';

/** Every code under which something can be found. The row's stream is what it names, or a unit of it. */
export const identifiers = table(
  'identifiers',
  { scheme: 'text', site: 'text', kind: 'text', value: 'text', search: 'text', unit: 'text' },
  [['search']],
);

export function putIdentifiers(rows: Rows, given: readonly Identifier[] | undefined, unit: string | null = null): void {
  for (const identifier of given ?? []) {
    const { scheme, site = null, kind = null, value } = identifier;
    const key = [unit ?? '', scheme, site ?? '', kind ?? '', value].join('|');
    rows.put(identifiers, key, { scheme, site, kind, value, search: searchKey(identifier), unit });
  }
}
