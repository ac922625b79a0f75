import { batches } from '@cytoledger/domain';

/**
 * Facts of a batch that tell what was done with a unit for one patient, from its allocation to the end of the infusion. Who may not know the patients
 * of a batch is shown none of them, whether it names the patient or only the treatment: one that was shown would tell what the other withholds.
 */
export const BEDSIDE_TYPES: ReadonlySet<string> = new Set(
  [
    batches.unitAllocated,
    batches.unitInfusionAuthorised,
    batches.breakGlassUsed,
    batches.unitInfusionStarted,
    batches.unitInfusionInterrupted,
    batches.unitInfusionEnded,
    batches.unitInfused,
  ].map(({ type }) => type),
);

const CORRECTED = batches.corrected.type;

const TYPE = '"type":"';

/** By the canonical text of an event's body, in which the content's type comes last. A correction holds all that the entry said. */
export function isOfBedside(body: string): boolean {
  const from = body.lastIndexOf(TYPE) + TYPE.length;
  const type = body.slice(from, body.indexOf('"', from));
  return BEDSIDE_TYPES.has(type) || (type === CORRECTED && body.includes('"treatment":"'));
}
