import { makeWitness, openWitness, serveWitness } from '@cytoledger/witness';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, tellNow } from '../io.ts';
import { needed, type Options, text, texts } from '../options.ts';
import { foreseen } from './foreseen.ts';
import { stopping, whenAborted } from './supervised.ts';

const DEFAULT_LISTEN = '127.0.0.1:8471';
const FOLDER = 'Name the folder that holds this witness, on a local disk.';

/** `init` makes a witness; without an action it serves. */
export function witness(action: string | undefined, options: Options, io: Io): Promise<ExitCode> {
  return foreseen(() => {
    if (action === 'init') return init(options, io);
    if (action === undefined) return serve(options, io);
    throw new CliError(`a witness cannot ${action}`, 'Say witness init, or witness alone.');
  });
}

async function init(options: Options, io: Io): Promise<ExitCode> {
  const folder = needed(options, 'folder', FOLDER);
  const name = needed(options, 'name', 'Name it as policies will, for instance --name witness.example.org.');
  print(io, await makeWitness({ folder, name }));
  return EXIT.done;
}

async function serve(options: Options, io: Io): Promise<ExitCode> {
  const { host, port } = addressIn(text(options, 'listen') ?? DEFAULT_LISTEN);
  const opened = await openWitness({
    folder: needed(options, 'folder', FOLDER),
    policies: texts(options, 'policy'),
    logVkeys: texts(options, 'logVkey'),
    onFault: (message) => tellNow(io, message),
    onRefusal: ({ origin, kind, held, offered }) =>
      tellNow(io, `REFUSED (${kind}): ${origin} offered ${offered} entries after ${held}; the notes are kept in refused/`),
  });
  try {
    const served = await serveWitness(opened, {
      host,
      port,
      onError: (error) => tellNow(io, error instanceof Error ? error.message : String(error)),
    });
    const stop = stopping(options, io);
    print(io, `Witness ${opened.vkey}`);
    print(io, `Listening on ${served.url}`);
    await whenAborted(stop);
    await served.close();
  } finally {
    await opened.close();
  }
  return EXIT.done;
}

function addressIn(listen: string): { host: string; port: number } {
  const [, host, digits] = /^(?:\[([^\]]+)\]|[^:[\]]+):(\d{1,5})$/.exec(listen) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535)
    throw new CliError(`--listen ${listen} is no address`, `Say a host and a port, for instance --listen ${DEFAULT_LISTEN}.`);
  return { host: host ?? listen.slice(0, listen.lastIndexOf(':')), port };
}
