import { keysAt, type NoteSignature, type Policy, toleratedWitnesses } from '@cytoledger/attest';
import { AttestationAlarm } from '../errors.ts';
import { type Asked, type Verdict, Witness, type WitnessAddress, type WitnessState } from './witness.ts';

export type Round = {
  /** In the policy's order; a quorum or more where {@link isQuorum}. */
  readonly cosignatures: readonly NoteSignature[];
  readonly isQuorum: boolean;
};

export type WitnessesOptions = {
  readonly policy: Policy;
  readonly addresses: readonly WitnessAddress[];
  readonly timeoutMs: number;
  /** Ends every question. */
  readonly signal: AbortSignal;
  readonly log: (level: 'info' | 'warn', message: string) => void;
};

/** The witnesses of a policy, asked all at once. */
export class Witnesses {
  readonly #policy: Policy;
  readonly #witnesses: readonly Witness[];
  readonly #log: WitnessesOptions['log'];

  /** Names that the policy does not have are passed over, with a warning. */
  constructor({ policy, addresses, timeoutMs, signal, log }: WitnessesOptions) {
    this.#policy = policy;
    this.#log = log;
    this.#witnesses = addresses.flatMap(({ name, url }) => {
      const keys = policy.witnesses.filter((key) => key.name === name);
      if (keys.length === 0) log('warn', `witness ${name} has an address and no key in the policy: it is not asked`);
      return keys.map((key) => {
        const onForgotten = (before: number, now: number) =>
          log('warn', `witness ${name} has forgotten what it cosigned: it was at ${before}, and is at ${now}`);
        return new Witness({ key, url, timeoutMs, signal, onForgotten });
      });
    });
  }

  get states(): readonly WitnessState[] {
    return this.#witnesses.map(({ state }) => state);
  }

  /**
   * Before anything is signed: whether the log as it was signed last is what its witnesses know. It may go on when no checkpoint that they
   * released can be larger; it must not when one of them that tells the truth has seen a larger one, or another one.
   *
   * Of those who cosigned a released checkpoint, at least q − f − (n − a) truthful ones are among a that answered (n witnesses, quorum q, f of
   * them may lie): with fewer objections than that, there is no such checkpoint.
   *
   * @returns false: too few have answered
   * @throws AttestationAlarm `rolled-back`, `other-history`
   */
  async agree(asked: Asked): Promise<boolean> {
    const { size } = asked.checkpoint;
    const counted = keysAt(this.#policy.witnesses, size).filter(({ ofOperator }) => !ofOperator);
    const verdicts = new Map<Witness, Verdict>();
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    const tolerated = Math.max(0, toleratedWitnesses(this.#policy, size));
    const answers = () => [...verdicts.entries()].filter(([{ key }, { kind }]) => counted.includes(key) && kind !== 'failed');
    const objections = () => answers().filter(([, { kind }]) => kind !== 'cosigned');
    const agreed = () => {
      const missing = counted.length - answers().length;
      return objections().length < this.#policy.quorum - tolerated - missing;
    };
    await Promise.race([
      settled,
      this.#askAll(asked, (witness, verdict) => {
        verdicts.set(witness, verdict);
        if (agreed() || objections().length > tolerated) resolve();
      }),
    ]);
    if (objections().length > tolerated) throw this.#objection(asked, objections());
    return agreed();
  }

  /**
   * Asks all who are not still thinking about an earlier checkpoint, and returns as soon as a quorum has cosigned or no more answers come.
   *
   * @param late gets cosignatures that came after that
   * @throws AttestationAlarm `rolled-back`, `other-history`: more of them have seen something else than may lie
   */
  async cosign(asked: Asked, late: (cosignatures: readonly NoteSignature[]) => void): Promise<Round> {
    const { size } = asked.checkpoint;
    const counted = keysAt(this.#policy.witnesses, size).filter(({ ofOperator }) => !ofOperator);
    const tolerated = Math.max(0, toleratedWitnesses(this.#policy, size));
    const verdicts = new Map<Witness, Verdict>();
    const objections = () =>
      [...verdicts].filter(([{ key }, { kind }]) => counted.includes(key) && (kind === 'ahead' || kind === 'differs'));
    const cosignatures = () =>
      this.#witnesses.flatMap((witness) => {
        const verdict = verdicts.get(witness);
        return verdict?.kind === 'cosigned' ? [verdict.signature] : [];
      });
    const isQuorum = () =>
      [...verdicts].filter(([{ key }, { kind }]) => counted.includes(key) && kind === 'cosigned').length >= this.#policy.quorum;
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    let isOver = false;
    await Promise.race([
      settled,
      this.#askAll(asked, (witness, verdict) => {
        verdicts.set(witness, verdict);
        if (isOver && verdict.kind === 'cosigned') late(cosignatures());
        else if (isQuorum() || objections().length > tolerated) resolve();
      }),
    ]);
    isOver = true;
    if (objections().length > tolerated) throw this.#objection(asked, objections());
    return { cosignatures: cosignatures(), isQuorum: isQuorum() };
  }

  async #askAll(asked: Asked, answered: (witness: Witness, verdict: Verdict) => void): Promise<void> {
    const keys = keysAt(this.#policy.witnesses, asked.checkpoint.size);
    const free = this.#witnesses.filter((witness) => keys.includes(witness.key) && !witness.isBusy);
    await Promise.all(
      free.map(async (witness) => {
        const { trouble: before } = witness.state;
        const verdict = await witness.ask(asked);
        const { trouble } = witness.state;
        if (trouble !== null && trouble !== before) this.#log('warn', `witness ${witness.key.name}: ${trouble}`);
        if (trouble === null && before !== null) this.#log('info', `witness ${witness.key.name} cosigns again`);
        answered(witness, verdict);
      }),
    );
  }

  #objection({ checkpoint: { size } }: Asked, objections: readonly (readonly [Witness, Verdict])[]): AttestationAlarm {
    const told = objections.map(([{ state }]) => `${state.name}: ${state.trouble}`).join('; ');
    const isAhead = objections.some(([, { kind }]) => kind === 'ahead');
    return isAhead
      ? new AttestationAlarm(
          'rolled-back',
          `${size} entries are signed here, and witnesses have seen more: log or attestation folder is an old copy (${told})`,
        )
      : new AttestationAlarm('other-history', `witnesses have seen another log than this of ${size} entries (${told})`);
  }
}
