import { readFile } from 'node:fs/promises';
import { type Alarm, type Monitor, makeMonitor, openMonitor, type Round, watchLog } from '@cytoledger/witness';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tellNow } from '../io.ts';
import { isSet, needed, type Options, text, texts } from '../options.ts';
import { foreseen } from './foreseen.ts';
import { stopping } from './supervised.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';
const DEFAULT_EVERY_S = 2;
/** Progress is told while so many entries are still to be read. */
const TOLD_FROM = 50_000;
const FOLDER = 'Name the folder that holds this monitor, on a local disk.';

/** `init` makes a monitor; without an action it follows the log. */
export function monitor(action: string | undefined, options: Options, io: Io): Promise<ExitCode> {
  return foreseen(() => {
    if (action === 'init') return init(options, io);
    if (action === undefined) return follow(options, io);
    throw new CliError(`a monitor cannot ${action}`, 'Say monitor init, or monitor alone.');
  });
}

async function init(options: Options, io: Io): Promise<ExitCode> {
  const folder = needed(options, 'folder', FOLDER);
  const name = needed(options, 'name', 'Name it as policies will, for instance --name monitor.example.org.');
  print(io, await makeMonitor({ folder, name }));
  return EXIT.done;
}

async function follow(options: Options, io: Io): Promise<ExitCode> {
  const every = everyIn(options);
  const signal = stopping(options, io);
  const opened = await openMonitor({
    folder: needed(options, 'folder', FOLDER),
    policy: needed(options, 'policy', 'Name the file with the policy of the log.'),
    url: urlIn(text(options, 'url') ?? io.env['CYTOLEDGER_URL'] ?? DEFAULT_URL),
    also: texts(options, 'also').map(urlIn),
    token: () => tokenOf(options, io),
    signal,
    onProgress: (size, of) => {
      if (of - size >= TOLD_FROM) tellNow(io, `${size.toLocaleString('en')} of ${of.toLocaleString('en')} entries`);
    },
  });
  try {
    return await (isSet(options, 'once') ? once(opened, options, io) : watch(opened, { every, signal }, options, io));
  } finally {
    opened.close();
  }
}

async function once(opened: Monitor, options: Options, io: Io): Promise<ExitCode> {
  const round = await opened.round({ whole: true });
  if (isSet(options, 'json')) printJson(io, round);
  else for (const line of linesOf(round)) print(io, line);
  return round.alarm ? EXIT.no : EXIT.done;
}

async function watch(
  opened: Monitor,
  { every, signal }: { every: number; signal: AbortSignal },
  options: Options,
  io: Io,
): Promise<ExitCode> {
  print(io, `Monitor ${opened.vkey}`);
  let shown = '';
  const alarm = await watchLog(opened, {
    every: every * 1000,
    signal,
    onRound: (round) => {
      const lines = isSet(options, 'json') ? [JSON.stringify(round)] : linesOf(round);
      const now = lines.join('\n');
      if (now !== shown)
        for (const line of lines) print(io, isSet(options, 'json') ? line : `${new Date().toISOString()} ${line}`);
      shown = now;
    },
    onFault: ({ code, message }) => {
      if (message !== shown) tellNow(io, `${code}: ${message}`);
      shown = message;
    },
  });
  return alarm ? EXIT.no : EXIT.done;
}

const OUTCOMES: Readonly<Record<NonNullable<Round['heads']>['outcome'], string>> = {
  cosigned: 'cosigned',
  'cosigned-before': 'cosigned before',
  ahead: 'not released yet',
  passed: 'passed by; the next one counts',
  'not-pinned': 'right, but the policy does not pin this monitor',
  'clock-behind': 'right, but the clock of this monitor was set back',
  'not-taken': 'right, but the log did not take the cosignature',
};

function linesOf({ size, released, heads, warnings, alarm }: Round): string[] {
  if (alarm) return alarmLines(alarm);
  const of = released === undefined ? 'nothing is released yet' : `${size} of ${released} entries are as they must be`;
  return [`${of}${heads ? `; heads of ${heads.size}: ${OUTCOMES[heads.outcome]}` : ''}`, ...warnings];
}

function alarmLines({ code, message, at, from }: Alarm): string[] {
  return [
    `ALARM ${code}: ${message}`,
    `found at ${at} at ${from}. This monitor cosigns nothing any more. Keep its folder: alarm.json and the notes beside it are the evidence.`,
  ];
}

/** Read at each use: tokens end, and whoever renews them writes the file anew. */
async function tokenOf(options: Options, { env }: Io): Promise<string | undefined> {
  const file = text(options, 'tokenFile');
  if (file === undefined) return env['CYTOLEDGER_TOKEN'];
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new CliError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'It holds the bearer token for entries.',
    );
  }
}

function urlIn(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw new CliError(`not a URL: ${url}`, 'Say something like https://cells.example.org.');
}

function everyIn(options: Options): number {
  const given = text(options, 'every');
  const seconds = given === undefined ? DEFAULT_EVERY_S : Number(given);
  if (!(seconds > 0 && seconds <= 3600)) throw new CliError(`--every ${given} is not from 0 to 3600 seconds`);
  return seconds;
}
