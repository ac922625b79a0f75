import { setTimeout as delay } from 'node:timers/promises';
import type { NoteSignature } from '@cytoledger/attest';
import { AttestationAlarm } from '../errors.ts';
import { type Alarm, type AttestorState, NOTHING_YET } from './reports.ts';
import { type ProvenHeads, Session, type SessionOptions } from './session.ts';

/**
 * Attests one log: reads it, signs about every second while it grows, releases what a quorum of witnesses has cosigned. What may pass (a full disk,
 * a store that does not answer) is tried again from what was signed last; what contradicts is an alarm, and then it stands still.
 */
export class Attestor {
  readonly #options: SessionOptions;
  readonly #reports: SessionOptions['reports'];
  #session: Session | undefined;
  #wanted = 0;
  #state: AttestorState = NOTHING_YET;

  constructor(options: SessionOptions) {
    const { reports } = options;
    this.#reports = reports;
    this.#options = {
      ...options,
      reports: {
        log: (level, message) => reports.log(level, message),
        step: (step) => reports.step?.(step),
        state: (state) => this.#tell(state),
      },
    };
  }

  /** Until `signal` says stop. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#session = new Session(this.#options);
      if (this.#wanted > 0) this.#session.wantHeads(this.#wanted);
      try {
        await this.#session.run(signal);
      } catch (error) {
        this.#session = undefined;
        if (error instanceof AttestationAlarm) return this.#stand({ code: error.code, message: error.message });
        const message = error instanceof Error ? error.message : String(error);
        this.#reports.log('error', `attestation was interrupted, and goes on from what was signed: ${message}`);
        this.#tell({ ...this.#state, trouble: message });
        await delay(this.#options.pace.retryMs, undefined, { signal }).catch(() => undefined);
      } finally {
        this.#session = undefined;
      }
    }
  }

  /** As {@link Session.proveHeads}. */
  proveHeads(streams: readonly string[]): ProvenHeads | undefined {
    return this.#session?.proveHeads(streams);
  }

  /** As {@link Session.wantHeads}. */
  wantHeads(size: number): void {
    this.#wanted = Math.max(this.#wanted, size);
    this.#session?.wantHeads(size);
  }

  /** As {@link Session.addHeadsCosignature}. */
  async addHeadsCosignature(text: string, signature: NoteSignature): Promise<boolean> {
    return (await this.#session?.addHeadsCosignature(text, signature)) ?? false;
  }

  wake(): void {
    this.#session?.wake();
  }

  #stand(alarm: Alarm): void {
    this.#reports.log('error', `attestation stands still (${alarm.code}): ${alarm.message}`);
    this.#tell({ ...this.#state, alarm, waitingSince: this.#state.waitingSince ?? Date.now() });
  }

  #tell(state: AttestorState): void {
    this.#state = state;
    this.#reports.state(state);
  }
}
