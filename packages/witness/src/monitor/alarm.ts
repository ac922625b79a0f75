/** What a monitor finds wrong with a log. Each code is stable, and ends the monitor's cosigning for good. */
export type AlarmCode =
  /** A released checkpoint of a smaller size than one before. */
  | 'checkpoint-back'
  /** Two checkpoints that the log signed, of which the larger does not begin with the smaller. */
  | 'two-histories'
  /** The hash tiles do not lead to the root of the checkpoint beside them. */
  | 'tiles-false'
  /** The entries do not make the root of the released checkpoint. */
  | 'entries-false'
  /** An entry is no header in its one canonical form. */
  | 'entry-unreadable'
  /** A (stream, seq) that was there already. */
  | 'seq-repeated'
  /** A seq of a stream was left out. */
  | 'seq-missing'
  /** `prev` is not the leaf hash of the stream's entry before. */
  | 'prev-wrong'
  /** `recordedAt` decreases within a stream. */
  | 'recorded-at-decreases'
  /** `recordedAt` lies before the cosignatures of a checkpoint that did not hold the entry, by more than the policy's delta. */
  | 'back-dated'
  /** `recordedAt` lies after the cosignatures of a checkpoint that held the entry, by more than the policy's delta. */
  | 'post-dated'
  /** The newest heads note is of a smaller size than one before. */
  | 'heads-back'
  /** Two heads notes of one size. */
  | 'heads-differ'
  /** A heads note names another main root than the log has at its size. */
  | 'heads-of-another-log'
  /** The map root of a heads note is not that of the log's entries: a head is false, old, missing, or of no stream. */
  | 'heads-false';

export type Alarm = {
  readonly code: AlarmCode;
  readonly message: string;
  /** Size of the log at which it was found. */
  readonly size: number;
  /** Leaf index of the entry at fault. */
  readonly index?: number;
  readonly stream?: string;
  readonly seq?: number;
  /** When it was found, by the monitor's clock. */
  readonly at: string;
  /** Address that gave what is wrong. */
  readonly from: string;
};

export type Finding = Omit<Alarm, 'at' | 'from'> & {
  /** Where it is not the address that the monitor follows. */
  readonly from?: string;
  /** Signed notes that prove it, as they were served. */
  readonly notes?: readonly string[];
};

/** Thrown where a round finds what must not be. */
export class Found extends Error {
  override readonly name = 'Found';
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.finding = finding;
  }
}
