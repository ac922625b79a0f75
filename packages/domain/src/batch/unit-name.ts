import type { Unit } from './state.ts';

/** What is printed on the container, so that a person at the bench recognises it; the id where nothing is known to be printed. */
export function nameOf(unit: Pick<Unit, 'id' | 'identifiers'>): string {
  return unit.identifiers[0]?.value ?? unit.id;
}
