import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '@cytoledger/attest';
import type { Cast } from './cast.ts';
import type { Answered, DemoHttp } from './http.ts';
import { outcomeIn, type Surprise, surpriseIn } from './judging.ts';
import type { DemoKey, DemoKeys } from './keys.ts';
import type { Progress } from './progress.ts';
import { contentOf, type SignedBody, signatureOf, signaturesAsked } from './signed-content.ts';
import { type PairStep, type RecordStep, type Scenario, ScenarioError, type Step, type WaitStep } from './step.ts';

export type Stage = {
  readonly http: DemoHttp;
  readonly cast: Cast;
  readonly keys: DemoKeys;
  readonly progress: Progress;
  /** After every request: steps of this scenario that are done. */
  readonly onProgress?: (scenario: Scenario, done: number) => void;
  readonly onSurprise: (surprise: Surprise) => void;
};

/** Lines of one bulk request. */
const BULK = 100;
const WAIT_MS = 15_000;
const POLL_MS = 20;

/** Plays what is not done yet of a scenario, over HTTP only. @throws ScenarioError that names the step which could not be played */
export async function play(scenario: Scenario, stage: Stage): Promise<void> {
  let done = stage.progress.done(scenario);
  const secret = await stage.keys.secret();
  while (done < scenario.steps.length) {
    const chunk = chunkFrom(scenario.steps, done);
    const answers = await send(chunk, stage, secret);
    chunk.forEach((step, n) => {
      const found = outcomeIn(answers[n]!.status, answers[n]!.body);
      if ('failure' in found) throw new ScenarioError(`${scenario.name}, step "${step.name}": ${found.failure}`);
      const surprise = surpriseIn(step.expect, found);
      if (surprise) stage.onSurprise({ scenario: scenario.name, step: step.name, ...surprise });
    });
    done += chunk.length;
    await stage.progress.reached(scenario, done);
    stage.onProgress?.(scenario, done);
  }
}

/**
 * Steps that go in one bulk request: of one caller, in order. What is expected to be refused ends it, so that it is never sent a second time after
 * later steps have mended what it was refused for.
 */
function chunkFrom(steps: readonly Step[], from: number): readonly Step[] {
  const first = steps[from]!;
  if (!isPlain(first)) return [first];
  let to = from + 1;
  while (to < steps.length && to - from < BULK && steps[to - 1]!.expect.outcome !== 'refused') {
    const next = steps[to]!;
    if (!isPlain(next) || next.as !== first.as) break;
    to++;
  }
  return steps.slice(from, to);
}

/** Needs one line and no earlier answer. */
function isPlain(step: Step): step is RecordStep {
  return step.kind === 'record' && step.path === null && step.signedBy.length < 2 && !readsHead(step);
}

function readsHead({ data }: RecordStep): boolean {
  return data['reviewed'] === 'head';
}

type Sent = Pick<Answered, 'status' | 'body'>;

async function send(chunk: readonly Step[], stage: Stage, secret: Buffer): Promise<readonly Sent[]> {
  const [first] = chunk;
  if (first?.kind === 'wait') return [await waited(first, stage)];
  if (first?.kind === 'pair') return [await paired(first, stage, secret)];
  if (first && !isPlain(first)) return [await single(first, stage, secret)];
  const lines = await Promise.all((chunk as readonly RecordStep[]).map((step) => lineOf(step, stage, secret)));
  return (await stage.http.bulk(first!.as, lines)).map((body) => ({ status: body['status'] as number, body }));
}

async function lineOf(step: RecordStep, stage: Stage, secret: Buffer): Promise<object> {
  if (step.signedBy.length > 0) return signedBody(step, step.data, stage, secret);
  const { stream, type } = step;
  return { stream, type, ...plainBody(step) };
}

function plainBody({ id, occurredAt, capture, data }: RecordStep): object {
  return { id, occurredAt, capture, data };
}

async function signedBody(step: RecordStep, data: JsonObject, stage: Stage, secret: Buffer): Promise<SignedBody> {
  const made = contentOf(step, data, secret);
  const key = await keyOf(step.signedBy[0]!, stage);
  return { ...made, signatures: [{ jws: signatureOf(step, made.content, key) }] };
}

function keyOf(as: string, { cast, keys }: Stage): Promise<DemoKey> {
  return keys.key(cast.member(as).person);
}

/** What names the batch's newest entry, what two persons sign, or what has a path of its own. */
async function single(step: RecordStep, stage: Stage, secret: Buffer): Promise<Sent> {
  const { http } = stage;
  if (step.signedBy.length === 0) return http.post(step.as, step.path!, plainBody(step));
  const waiting = signaturesAsked(step) > 1 ? await http.get(step.as, `/v1/releases/${step.id}`) : undefined;
  const body =
    waiting?.status === 200
      ? { content: String(waiting.body['content']), disclosures: [], signatures: waiting.body['signatures'] }
      : await signedBody(step, await withHead(step, stage), stage, secret);
  const first = step.path === null ? await onlyLine(step, body, stage) : await http.post(step.as, step.path, body);
  if (first.body['outcome'] !== 'prepared') return first;
  const second = step.signedBy[1];
  if (second === undefined) throw new ScenarioError(`step "${step.name}" waits for a second signature`);
  const jws = signatureOf(step, (body as SignedBody).content, await keyOf(second, stage));
  return http.post(second, `/v1/releases/${step.id}/signatures`, { jws });
}

async function onlyLine(step: RecordStep, body: object, { http }: Stage): Promise<Sent> {
  const [answer] = await http.bulk(step.as, [body]);
  return { status: answer!['status'] as number, body: answer! };
}

/** Fills in the newest entry of the batch, as the release gate tells it. */
async function withHead(step: RecordStep, { http }: Stage): Promise<JsonObject> {
  if (!readsHead(step)) return step.data;
  const { status, body, text } = await http.get(step.as, `/v1/batches/${step.stream.slice('batch-'.length)}/gate`);
  if (status !== 200) throw new ScenarioError(`the gate does not answer: ${status} ${text}`);
  return { ...step.data, reviewed: body['reviewed']! };
}

/** Both outcomes count as one: the first that is not plainly recorded, with the rules of both. */
async function paired(step: PairStep, stage: Stage, secret: Buffer): Promise<Sent> {
  const bodies = await Promise.all(
    Object.entries(step.members).map(async ([member, part]) => [
      member,
      part.signedBy.length > 0 ? await signedBody(part, part.data, stage, secret) : plainBody(part),
    ]),
  );
  const { status, body } = await stage.http.post(step.as, step.path, Object.fromEntries(bodies) as object);
  const parts = Object.keys(step.members).map((member) => body[member] as (JsonObject & { status: number }) | undefined);
  const [odd] = parts.filter((part) => part === undefined || part['outcome'] !== 'recorded');
  if (parts.some((part) => part === undefined) || odd) return { status: odd?.status ?? status, body: odd ?? body };
  const listed = (name: 'findings' | 'warnings') => parts.flatMap((part) => (part![name] ?? []) as JsonObject[]);
  return { status, body: { outcome: 'recorded', findings: listed('findings'), warnings: listed('warnings') } };
}

/** Asks until the answer holds every text. */
async function waited(step: WaitStep, { http }: Stage): Promise<Sent> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const { status, text } = await http.get(step.as, step.get);
    if (status === 200 && step.holds.every((part) => text.includes(part))) {
      return { status, body: { outcome: 'recorded', findings: [] } };
    }
    if (Date.now() > until)
      throw new ScenarioError(`"${step.get}" does not come to hold ${step.holds.join(', ')}: ${status} ${text.slice(0, 500)}`);
    await pause(POLL_MS);
  }
}
