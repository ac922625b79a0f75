import { EventStoreError } from '@cytoledger/event-store';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tell } from '../io.ts';
import { checkLog, type LogCheck } from '../log/check-log.ts';
import { logUrlOf, openForCheck } from '../log/log-url.ts';
import { isSet, type Options } from '../options.ts';

const PROGRESS_MS = 1000;

/** Checks a log offline or beside its writer; the first failure is named. */
export async function fsck(options: Options, io: Io): Promise<ExitCode> {
  const result = await check(options, io);
  if (isSet(options, 'json')) printJson(io, result);
  else if (result.fault === null) print(io, `${said(result)}: every header, body and stream chain is as it was sealed`);
  else {
    const { code, stream, seq, position, id, message } = result.fault;
    print(io, `DAMAGED: ${code}: ${message}`);
    if (stream !== '')
      print(io, `  at ${stream}/${seq} (event ${id}, position ${position}), after ${said(result)} that are sound`);
    print(io, '  Keep this file as it is, stop writing to it, and compare it with a backup.');
  }
  return result.fault === null ? EXIT.done : EXIT.no;
}

async function check(options: Options, io: Io): Promise<LogCheck> {
  try {
    const store = await openForCheck(logUrlOf(options, io));
    try {
      let told = Date.now();
      return await checkLog(
        store,
        (events, streams) => {
          if (!isSet(options, 'progress') || Date.now() - told < PROGRESS_MS) return;
          told = Date.now();
          tell(io, `${events.toLocaleString('en')} events of ${streams.toLocaleString('en')} streams`);
        },
        io.signal,
      );
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code !== 'corrupt') throw error;
    return {
      events: 0,
      streams: 0,
      fault: { code: 'corrupt', stream: '', seq: 0, position: '', id: '', message: error.message },
    };
  }
}

function said({ events, streams }: LogCheck): string {
  return `${events.toLocaleString('en')} events of ${streams.toLocaleString('en')} streams`;
}
