import { searchKey } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { ONE } from './persons.ts';

/** Chains of identity: under one number a patient's donations, their batches and the treatment are found together. */
export const chains = table('chains', { value: 'text', search: 'text' }, [['search']]);

/** However it is written: scanned with `&/`, typed with its check character or without, or a number of the site's own. */
export function chainKey(coi: string): string {
  return searchKey({ scheme: 'isbt128-coi', value: coi });
}

/** The first chain of identity of a record is its own; another one is a finding. */
export function putChain(rows: Rows, coi: string | undefined): void {
  if (coi !== undefined && !rows.get(chains, ONE)) rows.put(chains, ONE, { value: coi, search: chainKey(coi) });
}
