import type { Content } from '../content.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

const VOIDED = /^[a-z][a-z0-9-]*\.voided\.v1$/;

/** The streams that a content names as origins of its own, or as what changed its record: see docs/formats/evidence-bundle.md, "Lineage". */
export function recordsNamedBy({ type, data }: Pick<Content, 'type' | 'data'>): string[] {
  switch (type) {
    case 'batch.opened.v1':
      return listOf(data['inputs']).flatMap((input) =>
        isJsonObject(input) ? [...named('donation-', input['donation']), ...named('batch-', input['batch'])] : [],
      );
    case 'batch.origins-resolved.v1':
      return [
        ...listOf(data['donations']).flatMap((id) => named('donation-', id)),
        ...listOf(data['batches']).flatMap((id) => named('batch-', id)),
      ];
    case 'donation.registered.v1':
      return [...named('person-', data['donor']), ...named('person-', data['birthMother'])];
    case 'batch.recalled.v1':
    case 'material.recalled.v1':
      return named('recall-', data['recall']);
    default:
      return VOIDED.test(type) ? named('correction-', data['correction']) : [];
  }
}

function named(prefix: string, id: JsonValue | undefined): string[] {
  return typeof id === 'string' ? [prefix + id] : [];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
