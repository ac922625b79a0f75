import { AttestError } from '@cytoledger/attest';
import { type Aggregate, type Derived, releases } from '@cytoledger/domain';
import { EventStoreError } from '@cytoledger/event-store';
import { VaultError, type VaultErrorCode } from '@cytoledger/vault';
import { attestSentence } from './attest-sentences.ts';
import { recheckBasis } from './basis-recheck.ts';
import { basisHeads, Chunk } from './chunk.ts';
import { findingsOfCorrection, summedUpLater } from './correcting.ts';
import { basisEntries, type Decided, decideOn } from './decision.ts';
import { prepareDerived } from './derived-work.ts';
import { deviationsFor } from './deviations.ts';
import type { Engine } from './engine.ts';
import { asCommandError, CommandError } from './errors.ts';
import { askFirst, undoFirst } from './first.ts';
import type { Folded } from './folded.ts';
import { isAmendment } from './prepared.ts';
import { prepareRelease } from './preparing-release.ts';
import { Unread, type Wanted } from './reads.ts';
import { receiptOf, replayOf } from './receipts.ts';
import { type Sealed, seal, type Unsealed } from './sealing.ts';
import type { Outcome } from './submission.ts';
import { findReport, keepReport } from './unreconciled.ts';
import type { Work } from './work.ts';

/** Others changed what was read so often that the sender should try again later. */
const MAX_ATTEMPTS = 16;

type Step =
  | { readonly kind: 'done' }
  /** The chunk is full: append it first. */
  | { readonly kind: 'full' }
  | { readonly kind: 'needs'; readonly wanted: readonly Wanted[] }
  /** Cannot share an append: everything before it is appended first. */
  | { readonly kind: 'alone'; readonly run: () => Promise<void> };

type Watcher = { readonly ticket: number; readonly notify: () => void };

/** All that is sent to one stream, in order of arrival; the one writer of that stream in this process. */
export class StreamQueue {
  readonly stream: string;
  readonly #engine: Engine;
  readonly #aggregate: Aggregate<unknown>;
  readonly #id: string;
  readonly #internal: Work[] = [];
  readonly #waiting: Work[] = [];
  readonly #watchers: Watcher[] = [];
  readonly #onIdle: () => void;
  #running = false;
  /** On its way, taken out of the queue. */
  #alone: Work | null = null;
  /** True while the running state holds events that are not stored. */
  #tentative = false;
  #internalArrived: (() => void) | null = null;

  constructor(engine: Engine, aggregate: Aggregate<unknown>, id: string, stream: string, onIdle: () => void) {
    this.#engine = engine;
    this.#aggregate = aggregate;
    this.#id = id;
    this.stream = stream;
    this.#onIdle = onIdle;
  }

  push(work: Work): void {
    (work.internal ? this.#internal : this.#waiting).push(work);
    if (work.internal) this.#internalArrived?.();
    if (!this.#running) {
      this.#running = true;
      this.#engine.nextTurn.run(this.#start);
    }
  }

  /** Whether another stream's decision with that ticket may read this stream's state now. */
  readableBy(ticket: number): boolean {
    if (this.#tentative || isEarlier(this.#alone, ticket)) return false;
    // In order of arrival: the first is the earliest.
    return !isEarlier(this.#waiting[0], ticket);
  }

  whenReadableBy(ticket: number): Promise<void> {
    if (this.readableBy(ticket)) return Promise.resolve();
    return new Promise((notify) => this.#watchers.push({ ticket, notify }));
  }

  readonly #start = (): void => void this.#run();

  async #run(): Promise<void> {
    while (this.#peek()) {
      try {
        await this.#turn();
      } catch (error) {
        // Nobody else may wait for ever because of one failure: the foremost work gets it.
        (this.#internal.shift() ?? this.#waiting.shift())?.reject(asCommandError(error));
        this.#engine.streams.drop(this.stream);
        this.#tentative = false;
      }
      if (this.#notifyWatchers()) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
    this.#onIdle();
  }

  #peek(): Work | undefined {
    return this.#internal[0] ?? this.#waiting[0];
  }

  #shift(): void {
    if (this.#internal.length > 0) this.#internal.shift();
    else this.#waiting.shift();
  }

  #notifyWatchers(): boolean {
    let notified = false;
    for (let n = this.#watchers.length - 1; n >= 0; n--) {
      if (this.readableBy(this.#watchers[n]!.ticket)) {
        this.#watchers.splice(n, 1)[0]!.notify();
        notified = true;
      }
    }
    return notified;
  }

  /** One append, or one work that cannot share one. */
  async #turn(): Promise<void> {
    const found = this.#engine.fold(this.#aggregate, this.#id);
    const fold = found instanceof Promise ? await found : found;
    const chunk = new Chunk(fold);
    let alone: { work: Work; run: () => Promise<void> } | undefined;
    let needs: { work: Work; wanted: readonly Wanted[] } | undefined;
    for (let work = this.#peek(); work; work = this.#peek()) {
      let step: Step;
      try {
        step = this.#step(work, fold, chunk);
      } catch (error) {
        this.#shift();
        work.reject(asCommandError(error));
        // Others were decided on a state that this one may have touched: they are decided again, and fail alone or not at all.
        this.#spoil(fold);
        this.#putBack(chunk.works);
        return;
      }
      if (step.kind === 'done') {
        this.#shift();
        continue;
      }
      if (step.kind === 'alone') alone = { work, run: step.run };
      if (step.kind === 'needs') needs = { work, wanted: step.wanted };
      break;
    }
    if (!chunk.isEmpty) {
      await this.#append(chunk, fold);
      return;
    }
    if (alone) {
      this.#shift();
      this.#alone = alone.work;
      await alone.run().catch((error: unknown) => this.#failed([alone.work], error));
      this.#alone = null;
    } else if (needs) {
      await this.#gather(needs.work, needs.wanted);
    }
  }

  /** Loads what is missing, unless the platform's own work comes in between: somebody may be waiting for it. */
  async #gather(work: Work, wanted: readonly Wanted[]): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#internalArrived = resolve;
    });
    const gathered = work.preparation ? this.#prepare(work) : this.#engine.gather(work, wanted);
    try {
      await (work.internal ? gathered : Promise.race([gathered, arrived]));
    } catch (error) {
      this.#remove(work);
      work.reject(asCommandError(error));
    } finally {
      this.#internalArrived = null;
      gathered.catch(() => {});
    }
  }

  async #prepare(work: Work): Promise<void> {
    const made = await work.preparation?.();
    if (!made) return;
    work.preparation = null;
    if (!('rule' in made)) {
      work.prepared = made;
      return;
    }
    this.#remove(work);
    work.resolve({ kind: 'invalid', problems: [made] });
  }

  #remove(work: Work): void {
    for (const works of [this.#internal, this.#waiting]) {
      const at = works.indexOf(work);
      if (at >= 0) works.splice(at, 1);
    }
  }

  #putBack(works: readonly Work[]): void {
    this.#internal.unshift(...works.filter((work) => work.internal));
    this.#waiting.unshift(...works.filter((work) => !work.internal));
  }

  /** The running state holds what was not stored. */
  #spoil(fold: Folded): void {
    this.#engine.streams.spoil(fold);
    this.#tentative = false;
  }

  #step(work: Work, fold: Folded, chunk: Chunk): Step {
    if (work.preparation) return { kind: 'needs', wanted: [] };
    const { prepared } = work;
    const forbidden = this.#forbidden(work, fold);
    const seq = fold.ids.get(prepared.id);
    // What was recorded may have ended the relation by which it was allowed: its own sender is told so again.
    if (seq !== undefined) return { kind: 'alone', run: () => this.#replay(work, seq, forbidden) };
    if (forbidden) {
      if (!chunk.isEmpty) return { kind: 'full' };
      work.reject(forbidden);
      return { kind: 'done' };
    }
    if (prepared.fact.opens === true && isAbandoned(fold)) {
      chunk.settle(work, { kind: 'conflict', code: 'opening-abandoned', detail: `${this.stream} was given up; open another` });
      return { kind: 'done' };
    }
    if (!work.lookedForReport && this.#mayHaveBeenReported(work)) {
      return { kind: 'alone', run: () => this.#lookForReport(work) };
    }
    let decided: Decided;
    try {
      decided = decideOn(prepared, fold, {
        nowMs: this.#engine.clock.now(),
        stream: (_aggregate, _id, stream) => this.#engine.settled(stream, work),
        ownEvent: (id) => work.ownEvents.get(id),
      });
    } catch (error) {
      if (error instanceof Unread) return { kind: 'needs', wanted: error.wanted };
      throw error;
    }
    return this.#judge(work, fold, chunk, decided);
  }

  #forbidden(work: Work, fold: Folded): unknown {
    if (!work.permit) return undefined;
    try {
      const { fact, actor } = work.prepared;
      work.permit(fold.head === null ? null : fact.aggregate.relations(fold.state as never, actor.org));
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #judge(work: Work, fold: Folded, chunk: Chunk, decided: Decided): Step {
    const { verdict, decision } = decided;
    if (verdict.outcome === 'refuse') {
      if (releases.awaitsSecondSignature(work.prepared.fact, decided.signerCount, verdict.reasons)) {
        return { kind: 'alone', run: () => prepareRelease(this.#engine, work, verdict.reasons).then(work.resolve) };
      }
      chunk.settle(work, { kind: 'refused', reasons: verdict.reasons, warnings: verdict.warnings });
      return { kind: 'done' };
    }
    if (verdict.outcome === 'unreconciled') return { kind: 'alone', run: () => this.#keepReport(work, decided) };
    if (decision.first && decision.first.asked.length > 0 && !work.first) {
      return { kind: 'alone', run: () => this.#askFirst(work, decided) };
    }
    if (isAmendment(work.prepared.fact)) {
      if (!chunk.isEmpty) return { kind: 'full' };
      return { kind: 'alone', run: () => this.#correct(work, fold, decided) };
    }
    return this.#record(work, fold, chunk, decided);
  }

  #record(work: Work, fold: Folded, chunk: Chunk, decided: Decided): Step {
    const { prepared } = work;
    let events: Sealed[];
    try {
      events = this.#seal(work, fold, decided, deviationsFor(prepared, prepared.id, decided.verdict.findings));
    } catch (error) {
      if (!(error instanceof AttestError)) throw error;
      chunk.settle(work, invalid(error));
      return { kind: 'done' };
    }
    if (!chunk.fits(events)) {
      if (!chunk.isEmpty) return { kind: 'full' };
      chunk.settle(work, tooLarge());
      return { kind: 'done' };
    }
    this.#tentative = true;
    chunk.add(work, events, decided);
    return { kind: 'done' };
  }

  /** The fact, what it brings along, and a deviation for each finding, as one chain. */
  #seal(work: Work, { head: onto }: Pick<Folded, 'head'>, decided: Decided, deviations: readonly Derived[]): Sealed[] {
    const { prepared } = work;
    const recordedAt = this.#engine.clock.next();
    const also = [...decided.decision.also, ...(work.first?.closing ?? []), ...deviations];
    const unsealed: Unsealed[] = [
      { ...prepared, basis: basisEntries(decided.basis) },
      ...also.map((derived) => ({ ...prepareDerived(this.#engine, prepared, derived), basis: [] })),
    ];
    const sealed: Sealed[] = [];
    let head = onto;
    for (const event of unsealed) {
      const next = seal(event, head, head && head.recordedAt > recordedAt ? head.recordedAt : recordedAt);
      sealed.push(next);
      head = { seq: next.recorded.seq, leaf: next.leaf, recordedAt: next.recorded.recordedAt };
    }
    return sealed;
  }

  async #append(chunk: Chunk, fold: Folded): Promise<void> {
    const { store, streams, metrics } = this.#engine;
    try {
      if (chunk.sealed.length === 0) {
        chunk.answer([]);
        return;
      }
      if (chunk.disclosures.length > 0 && !(await this.#keepDisclosures(chunk))) {
        this.#spoil(fold);
        return;
      }
      const appended = await store.append(this.stream, chunk.expected, chunk.sealed, chunk.options);
      streams.keep(fold);
      metrics.appended(chunk.sealed.length);
      this.#tentative = false;
      chunk.answer(appended.positions);
      const readers = store.checksBasis ? [] : chunk.readers(appended.firstRevision);
      if (readers.length > 0) this.#engine.beside(() => recheckBasis(this.#engine, readers));
    } catch (error) {
      this.#spoil(fold);
      this.#failed(chunk.works, error, chunk.basisStreams);
    } finally {
      this.#tentative = false;
    }
  }

  /** False when one sender's disclosures are refused: it is told, and the others are decided again without it. */
  async #keepDisclosures(chunk: Chunk): Promise<boolean> {
    const { vault } = this.#engine;
    try {
      await vault.put(chunk.disclosures);
      return true;
    } catch (error) {
      if (!isOfOneSender(error) || chunk.works.length === 1) throw error;
    }
    const others: Work[] = [];
    for (const work of chunk.works) {
      try {
        if (work.prepared.disclosures.length > 0) await vault.put(work.prepared.disclosures);
        others.push(work);
      } catch (error) {
        work.reject(error);
      }
    }
    this.#putBack(others);
    return false;
  }

  /** Tries again what may be tried again; tells the sender about the rest. */
  #failed(works: readonly Work[], error: unknown, basis: readonly string[] = []): void {
    const { streams, metrics } = this.#engine;
    const code = error instanceof EventStoreError ? error.code : null;
    streams.drop(this.stream);
    if (
      code !== 'wrong-expected-revision' &&
      code !== 'duplicate-event-id' &&
      code !== 'basis-moved' &&
      code !== 'outcome-unknown'
    ) {
      if (takesNoMore(error)) metrics.readOnly(error.message);
      for (const work of works) work.reject(asCommandError(error));
      return;
    }
    metrics.conflicted();
    if (code === 'basis-moved') for (const stream of basis) streams.drop(stream);
    const again: Work[] = [];
    for (const work of works) {
      work.attempts++;
      work.fresh.clear();
      if (work.attempts < MAX_ATTEMPTS) again.push(work);
      else
        work.reject(
          code === 'outcome-unknown'
            ? asCommandError(error)
            : new CommandError('contention', 'others kept changing what this reads', { retryAfterMs: 200 }),
        );
    }
    metrics.retried();
    this.#putBack(again);
  }

  async #replay(work: Work, seq: number, forbidden: unknown): Promise<void> {
    const replay = await replayOf(this.#engine.store, work.prepared, seq);
    if (!replay.same && forbidden) {
      work.reject(forbidden);
      return;
    }
    work.resolve(
      replay.same
        ? { kind: 'recorded', replayed: true, receipt: replay.receipt, findings: replay.findings, warnings: [] }
        : {
            kind: 'conflict',
            code: 'event-id-conflict',
            detail: `event ${work.prepared.id} stands in ${this.stream} with another content`,
          },
    );
  }

  #mayHaveBeenReported(work: Work): boolean {
    const { store, reports } = this.#engine;
    return !work.internal && (!store.checksBasis || reports.mayHold(this.stream, work.prepared.id));
  }

  async #lookForReport(work: Work): Promise<void> {
    work.lookedForReport = true;
    const found = await findReport(this.#engine, work.prepared);
    if (found) work.resolve(found);
    else this.#putBack([work]);
  }

  async #keepReport(work: Work, decided: Decided): Promise<void> {
    const undone = await undoFirst(this.#engine, work, decided.decision);
    if (work.internal) {
      work.resolve({ kind: 'refused', reasons: decided.verdict.reasons, warnings: [] });
      return;
    }
    work.resolve(await keepReport(this.#engine, work, [...decided.verdict.reasons, ...undone]));
  }

  async #askFirst(work: Work, decided: Decided): Promise<void> {
    const asked = await askFirst(this.#engine, work, decided.decision);
    if (asked.kind === 'answered') {
      work.first = asked;
      work.fresh.clear();
      this.#putBack([work]);
    } else if (asked.kind === 'conflict') {
      work.resolve(asked.outcome);
    } else {
      work.resolve(await keepReport(this.#engine, work, asked.reasons));
    }
  }

  async #correct(work: Work, fold: Folded, decided: Decided): Promise<void> {
    const { store, streams, metrics, vault } = this.#engine;
    // What is decided holds for this head: the fold may be caught up while the history is read.
    const { head } = fold;
    const expected = head ? head.seq : 'none';
    const later = summedUpLater(await findingsOfCorrection(this.#engine, work, fold));
    const deviations = [
      ...deviationsFor(work.prepared, work.prepared.id, decided.verdict.findings),
      ...later.flatMap(({ event, violation }, n) => deviationsFor(work.prepared, event, [violation], `corrected-${n}`)),
    ];
    const sealed = this.#seal(work, { head }, decided, deviations);
    if (!new Chunk(fold).fits(sealed)) {
      work.resolve(tooLarge());
      return;
    }
    if (work.prepared.disclosures.length > 0) await vault.put(work.prepared.disclosures);
    const appended = await store.append(this.stream, expected, sealed, { basis: basisHeads(decided.basis) });
    metrics.appended(sealed.length);
    // The corrected state is the fold of effective events: made anew from the log.
    streams.drop(this.stream);
    const [first] = sealed;
    work.resolve({
      kind: 'recorded',
      replayed: false,
      receipt: receiptOf(first!, appended.positions[0]!),
      findings: [...decided.verdict.findings, ...later.map(({ violation }) => violation)],
      warnings: decided.verdict.warnings,
    });
  }
}

function isEarlier(work: Work | null | undefined, ticket: number): boolean {
  return work !== null && work !== undefined && !work.internal && work.ticket < ticket;
}

/** What the vault refuses for what was sent, and not for its own state. */
function isOfOneSender(error: unknown): boolean {
  const refused: readonly VaultErrorCode[] = ['subject-erased', 'digest-mismatch', 'digest-conflict', 'invalid-entry'];
  return error instanceof VaultError && refused.includes(error.code);
}

/** Log or vault refuse writes until they are opened again. */
function takesNoMore(error: unknown): error is Error {
  return (
    (error instanceof EventStoreError && error.code === 'read-only') ||
    (error instanceof VaultError && error.code === 'storage-failed')
  );
}

function isAbandoned(fold: Folded): boolean {
  return fold.firstType?.endsWith('.opening-abandoned.v1') ?? false;
}

function invalid(error: AttestError): Outcome {
  return {
    kind: 'invalid',
    problems: [{ rule: `envelope.${error.code}`, pointer: error.pointer ?? '', message: attestSentence(error) }],
  };
}

function tooLarge(): Outcome {
  return {
    kind: 'invalid',
    problems: [
      {
        rule: 'envelope.append-too-large',
        pointer: '',
        message: {
          en: 'this fact brings more than 500 events or 900 KiB: split it',
          zh: '本次提交带来超过 500 个事件或 900 KiB：请拆分',
        },
      },
    ],
  };
}
