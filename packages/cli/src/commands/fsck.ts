import { join } from 'node:path';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tell } from '../io.ts';
import { AttestedCheck, type AttestedSummary } from '../log/attested/attested-check.ts';
import { checkLog, type LogCheck } from '../log/check-log.ts';
import { type Fault, Faults } from '../log/fault.ts';
import { dataDirOf, faultOfFile, logUrlOf, openForReading } from '../log/log-url.ts';
import { isSet, type Options, text } from '../options.ts';
import { progressBar } from '../progress-bar.ts';

/** So many are printed; all that were kept are in the JSON. */
const PRINTED = 50;

type Checked = LogCheck & { readonly attested: AttestedSummary | null };

/** Checks a log, and what was attested about it, offline or beside the platform; every fault is named, with its place. */
export async function fsck(options: Options, io: Io): Promise<ExitCode> {
  const result = await check(options, io);
  const { faults, faultCount } = result;
  if (isSet(options, 'json')) printJson(io, result);
  else {
    for (const fault of faults.slice(0, PRINTED)) print(io, `DAMAGED: ${said(fault)}`);
    if (faultCount > PRINTED) print(io, `… and ${(faultCount - PRINTED).toLocaleString('en')} more (--json lists up to 1,000)`);
    print(io, summary(result));
    if (faultCount > 0) print(io, 'Keep these files as they are, stop writing to them, and compare them with a backup.');
  }
  return faultCount === 0 ? EXIT.done : EXIT.no;
}

async function check(options: Options, io: Io): Promise<Checked> {
  const faults = new Faults();
  const url = logUrlOf(options, io);
  const folder = text(options, 'attestation') ?? io.env['ATTESTATION_DIR'] ?? join(dataDirOf(options, io), 'attestation');
  const policy = text(options, 'policy') ?? (io.env['POLICY'] || undefined);
  // Before the store: what is signed is in the store already.
  const attested = AttestedCheck.open(folder, policy, (fault) => faults.add(fault));
  const fileFault = faultOfFile(url);
  const store = await openForReading(url);
  try {
    const bar =
      store && isSet(options, 'progress') ? progressBar((line) => tell(io, line), await store.headPosition()) : undefined;
    const read = store
      ? await checkLog(store, {
          faults,
          attested,
          thorough: isSet(options, 'thorough'),
          ...(bar && { onProgress: bar }),
          signal: io.signal,
        })
      : { events: 0, streams: 0 };
    const ofFile = await fileFault;
    if (ofFile) faults.add(ofFile);
    return { ...read, faults: faults.kept, faultCount: faults.count, attested: attested?.summary ?? null };
  } finally {
    await store?.close();
  }
}

function said({ code, message, stream, seq, position, id, leaf, file, record }: Fault): string {
  const place = [
    ...(stream === undefined ? [] : [`${stream}/${seq} (event ${id})`]),
    ...(position === undefined ? [] : [`position ${position}`]),
    ...(leaf === undefined ? [] : [`leaf ${leaf}`]),
    ...(file === undefined ? [] : [`file ${file}${record === undefined ? '' : `, record ${record}`}`]),
  ];
  return `${code}: ${message}${place.length === 0 ? '' : `\n  at ${place.join(', ')}`}`;
}

function summary({ events, streams, faultCount, attested }: Checked): string {
  const read = `${events.toLocaleString('en')} events of ${streams.toLocaleString('en')} streams`;
  const lines = [
    faultCount === 0
      ? `${read}: every header, body and stream chain is as it was sealed`
      : `${faultCount.toLocaleString('en')} faults in ${read}`,
  ];
  if (attested === null) lines.push('Nothing was attested here: whether newest events were removed cannot be told.');
  else {
    const { size, compared, heads, headsFile, signatures, origin } = attested;
    if (faultCount === 0)
      lines.push(
        `${compared.toLocaleString('en')} of ${size.toLocaleString('en')} attested entries of ${origin}: index, hashes and signed roots agree with them`,
      );
    if (heads === null) lines.push('There is no heads note yet.');
    else if (!headsFile)
      lines.push('heads.db is in use: its root was compared through the heads note; its pages when the platform is stopped.');
    if (!signatures) lines.push('No policy: roots were compared, their signatures were not verified (--policy FILE).');
  }
  return lines.join('\n');
}
