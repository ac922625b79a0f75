import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type Drained,
  type Outbox,
  OutboxError,
  openOutbox,
  type Proved,
  type SignedBody,
  type StreamStatement,
} from '@cytoledger/client';
import { signWithOf } from '../connection.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tellNow } from '../io.ts';
import { readJsonObject } from '../json-file.ts';
import { isSet, needed, type Options, text } from '../options.ts';
import { outboxFolder, policyIn } from './receipts.ts';

export const OUTBOX_ACTIONS = ['add', 'send', 'run', 'prove', 'status', 'decide'];

/** The laboratory's own queue on disk (docs/guides/cli.md). */
export async function outbox(
  action: string,
  file: string | undefined,
  options: Options,
  io: Io,
  connect: () => Promise<Client>,
): Promise<ExitCode> {
  const signWith = await signWithOf(options);
  const box = await openOutbox({ dir: outboxFolder(options, io), ...(signWith && { signWith }) });
  try {
    switch (action) {
      case 'add':
        print(io, await box.enqueue((await readJsonObject(file, io)) as unknown as StreamStatement | SignedBody));
        return EXIT.done;
      case 'send':
        return told(await box.drain(await connect(), { signal: io.signal }), options, io);
      case 'run':
        await box.run(await connect(), {
          signal: io.signal,
          onDrained: (drained) => void tellChange(drained, io),
          ...(text(options, 'policy') !== undefined && {
            policy: await policyIn(text(options, 'policy')!),
            onProved: (proved: Proved) => void tellProved(proved, io),
          }),
        });
        return EXIT.done;
      case 'prove':
        return prove(box, await connect(), options, io);
      case 'status':
        return status(box, options, io);
      case 'decide':
        return decide(box, file, options, io);
      default:
        throw new CliError(`the outbox cannot ${action}`, `It can ${OUTBOX_ACTIONS.join(', ')}.`);
    }
  } catch (error) {
    if (!(error instanceof OutboxError)) throw error;
    throw new CliError(error.message, error.code === 'locked' ? 'One sender for a folder is enough.' : undefined);
  }
}

function told(drained: Drained, options: Options, io: Io): ExitCode {
  if (isSet(options, 'json')) printJson(io, drained);
  else print(io, sentence(drained));
  if (drained.stopped) return EXIT.unreachable;
  return drained.refused === 0 ? EXIT.done : EXIT.no;
}

const POLL_MS = 500;
const SECOND = 1000;

async function prove(box: Outbox, client: Client, options: Options, io: Io): Promise<ExitCode> {
  const policy = await policyIn(needed(options, 'policy', 'Name the policy file whose keys a proof must rest on.'));
  const until = Date.now() + secondsToWait(options) * SECOND;
  let proved = await box.prove(client, policy, { signal: io.signal });
  while (proved.pending > 0 && !proved.stopped && Date.now() < until && !io.signal.aborted) {
    await sleep(POLL_MS, undefined, { signal: io.signal }).catch(() => undefined);
    const more = await box.prove(client, policy, { signal: io.signal });
    proved = { ...more, proven: proved.proven + more.proven };
  }
  if (isSet(options, 'json')) printJson(io, proved);
  else print(io, provedSentence(proved));
  if (proved.wrong.length > 0) return EXIT.no;
  return proved.stopped ? EXIT.unreachable : EXIT.done;
}

function secondsToWait(options: Options): number {
  const given = text(options, 'wait') ?? '0';
  if (/^\d{1,5}$/.test(given)) return Number(given);
  throw new CliError(`--wait ${given} is no number of seconds`, 'Give whole seconds, for instance --wait 30.');
}

function provedSentence({ proven, pending, wrong, stopped }: Proved): string {
  const evidence = wrong.length > 0 ? ' (see receipts audit)' : '';
  const ended = stopped ? `; not everything could be asked: ${stopped.message}` : '';
  return `${proven} proven, ${pending} pending, ${wrong.length} overdue or contradicted${evidence}${ended}`;
}

function tellProved(proved: Proved, io: Io): void {
  const { proven, wrong, stopped } = proved;
  if (proven > 0 || wrong.length > 0 || stopped) tellNow(io, provedSentence(proved));
}

function tellChange(drained: Drained, io: Io): void {
  if (drained.sent > 0 || drained.refused > 0 || drained.stopped) tellNow(io, sentence(drained));
}

function sentence({ sent, refused, stopped }: Drained): string {
  const waits = stopped ? `; the rest waits: ${stopped.message}` : '';
  return `${sent} sent, ${refused} refused${refused > 0 ? ' (see outbox status)' : ''}${waits}`;
}

async function status(box: Outbox, options: Options, io: Io): Promise<ExitCode> {
  const [state, refused] = [await box.status(), await box.needsDecision()];
  if (isSet(options, 'json')) printJson(io, { ...state, refused });
  else {
    const since = state.oldest === null ? '' : ` (oldest since ${state.oldest})`;
    print(
      io,
      `${state.waiting} waiting${since}, ${state.sent} sent, ${state.proven} proven, ${state.needsDecision} need a decision`,
    );
    for (const { entry, problem } of refused) {
      print(
        io,
        `  ${entry.id} ${entry.type} ${entry.stream}: ${problem.status} ${problem.code}${problem.detail ? `: ${problem.detail}` : ''}`,
      );
      for (const { pointer, message } of problem.violations ?? []) print(io, `    ${pointer}: ${message}`);
    }
    for (const stream of state.blocked) print(io, `  later events of ${stream} wait for that decision`);
  }
  return state.needsDecision === 0 ? EXIT.done : EXIT.no;
}

async function decide(box: Outbox, id: string | undefined, options: Options, io: Io): Promise<ExitCode> {
  if (!id) throw new CliError('which event?', 'Give its id, as outbox status shows it.');
  const mended = text(options, 'with');
  if (isSet(options, 'drop'))
    await box.resolve(id, { drop: needed(options, 'because', 'Say why it is dropped; it is kept with the event.') });
  else if (mended !== undefined) {
    await box.resolve(id, { resend: (await readJsonObject(mended, io)) as unknown as StreamStatement | SignedBody });
  } else if (isSet(options, 'resend')) await box.resolve(id, 'resend');
  else throw new CliError('what is decided?', 'Give --resend, --resend --with FILE, or --drop --because TEXT.');
  print(io, `${id} decided`);
  return EXIT.done;
}
