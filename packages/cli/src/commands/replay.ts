import type { Client, HistoryEvent } from '@cytoledger/client';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, tell } from '../io.ts';
import { ChainCheck } from '../log/chain-check.ts';
import { isSet, type Options } from '../options.ts';
import { whenOf } from './trace.ts';

/**
 * The whole history of a batch with what is upstream and downstream of it, or of one stream (`batch-…`, `person-…`), event by event as it stands in
 * the log. The chains are followed on the way, on this machine.
 */
export async function replay(what: string, options: Options, io: Io, client: Client): Promise<ExitCode> {
  const call = { signal: io.signal };
  const when = whenOf(options);
  const history = isStream(what) ? client.streamHistory(what, when, call) : client.batchHistory(what, when, call);
  const chain = new ChainCheck();
  let events = 0;
  for await (const event of history) {
    chain.add(event);
    events++;
    print(io, isSet(options, 'ndjson') || isSet(options, 'json') ? JSON.stringify(event) : line(event));
  }
  const shown = chain.withheld === 0 ? '' : `, ${chain.withheld} of them without their bodies`;
  tell(io, `${events} events of ${chain.streams} streams${shown}; digest of the heads ${chain.digest()}`);
  if (chain.fault === null) {
    tell(io, 'every chain is unbroken and every body shown is the one that was sealed');
    return EXIT.done;
  }
  const { stream, seq, code, message } = chain.fault;
  tell(io, `BROKEN at ${stream}/${seq}: ${code}: ${message}`);
  return EXIT.no;
}

/** A batch is named by its id alone, any other record by its stream. */
function isStream(name: string): boolean {
  return /^[a-z]+-/.test(name) && !/^[0-9a-f]{8}-/.test(name);
}

function line({ header, body }: HistoryEvent): string {
  const { recordedAt, stream, seq } = header;
  const where = `${recordedAt}  ${stream}/${seq}`;
  if (body === null) return `${where}  (withheld)`;
  const { actor, content } = body;
  const who = [actor.org, actor.person ?? actor.client].filter(Boolean).join(' ');
  const happened = content.occurredAt === null ? '' : `  happened ${content.occurredAt}`;
  const corrects = content.type.endsWith('.corrected.v1') ? `  corrects ${String(content.data['event'])}` : '';
  const takesBack = content.type.endsWith('.voided.v1') ? `  takes back ${String(content.data['event'])}` : '';
  return `${where}  ${content.type}  by ${who}${happened}${copiedFrom(content.capture)}${corrects}${takesBack}`;
}

/** A copied page is told with where it is and who copied and checked it; the image by the beginning of its digest. */
function copiedFrom(capture: NonNullable<HistoryEvent['body']>['content']['capture']): string {
  if (capture.mode !== 'paper') return '';
  const { sourceRecord, transcriber, checker } = capture;
  const page = sourceRecord ? `${sourceRecord.binder} p. ${sourceRecord.page}` : 'an unnamed page';
  const image = sourceRecord?.imageDigest ? `image ${sourceRecord.imageDigest.slice(0, 12)}…` : 'no image';
  return `  copied from ${page} (${image}) by ${transcriber ?? 'nobody named'}, checked by ${checker ?? 'nobody'}`;
}
