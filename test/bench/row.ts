/** One line of the table that a benchmark gives. */
export type Row = {
  readonly name: string;
  /** Null where it could not be measured here; `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** What the same machine does in the same run without what is measured: a plain file, a bare server. In `unit`. */
  readonly ceiling?: number;
  /** What others do: in the same run, or, where it says so, on such a machine. */
  readonly peer?: string;
  /** `value` beside what the target compares it with. */
  readonly ratio?: number;
  readonly target?: string;
  readonly met?: boolean;
  readonly note?: string;
};

export function skipped(name: string, unit: string, why: string): Row {
  return { name, value: null, unit, note: `not measured: ${why}` };
}

/** @throws TypeError for an empty list */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
  if (middle === undefined) throw new TypeError('the median of nothing');
  return middle;
}

/** To so many digits after the point. */
export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
