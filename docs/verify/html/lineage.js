import { isObject } from './json.js';

const VOIDED = /^[a-z][a-z0-9-]*\.voided\.v1$/;

/**
 * Streams from which that of the event descends, and of what changed its record.
 *
 * @param {import('./records.js').Content} content
 * @returns {string[]}
 */
export function ancestorsIn({ type, data }) {
  switch (type) {
    case 'batch.opened.v1':
      return listed(data.inputs).flatMap((input) =>
        isObject(input) ? [...named('donation-', input.donation), ...named('batch-', input.batch)] : [],
      );
    case 'batch.origins-resolved.v1':
      return [
        ...listed(data.donations).flatMap((one) => named('donation-', one)),
        ...listed(data.batches).flatMap((one) => named('batch-', one)),
      ];
    case 'donation.registered.v1':
      return [...named('person-', data.donor), ...named('person-', data.birthMother)];
    case 'batch.recalled.v1':
    case 'material.recalled.v1':
      return named('recall-', data.recall);
    default:
      return VOIDED.test(type) ? named('correction-', data.correction) : [];
  }
}

/** @param {unknown} value @returns {readonly unknown[]} */
function listed(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {string} prefix @param {unknown} name @returns {string[]} */
function named(prefix, name) {
  return typeof name === 'string' ? [prefix + name] : [];
}
