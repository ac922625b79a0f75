/** Something that is not as it was sealed, attested or signed, and where it stands. */
export type Fault = {
  /** As of AttestError for an event and for a note; the others stand in the guide. */
  readonly code: string;
  readonly message: string;
  readonly stream?: string;
  readonly seq?: number;
  /** Place in the store. */
  readonly position?: string;
  readonly id?: string;
  /** Index in the attested log. */
  readonly leaf?: number;
  /** File in the folder of attestation, and which record of it. */
  readonly file?: string;
  readonly record?: number;
};

/** A damaged disk has more faults than anybody reads; of the rest it is told how many there are. */
const KEPT = 1000;

export class Faults {
  readonly kept: Fault[] = [];
  count = 0;

  add(fault: Fault): void {
    this.count++;
    if (this.kept.length < KEPT) this.kept.push(fault);
  }
}
