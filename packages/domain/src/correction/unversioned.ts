/** An entry of an older version is read as one of the newest: `batch.unit-stored.v1` and `.v2` are the same fact. */
export function unversioned(type: string): string {
  return type.replace(/\.v\d+$/, '');
}
