/**
 * Types are never edited: a change of shape is a new version, and the old one is read through an upcaster that stands beside its old
 * schema. Verifiers hash stored bytes, never what an upcaster makes.
 */
export type Upcaster = {
  readonly from: string;
  readonly to: string;
  upcast(data: never): unknown;
};

/** Follows upcasters until the newest version. Upcasters are pure and total over data that the old schema accepted. */
export function upcastWith(upcasters: readonly Upcaster[]): (type: string, data: unknown) => { type: string; data: unknown } {
  const byType = new Map(upcasters.map((upcaster) => [upcaster.from, upcaster]));
  return (type, data) => {
    let current = { type, data };
    for (let step = byType.get(type); step; step = byType.get(current.type)) {
      current = { type: step.to, data: step.upcast(current.data as never) };
    }
    return current;
  };
}
