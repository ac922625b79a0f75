import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type LocalIssuer, localIssuer } from '@cytoledger/platform';

const MAIN = fileURLToPath(new URL('../../services/platform/src/main.ts', import.meta.url));

export type Issuing = { readonly issuer: LocalIssuer; readonly env: Record<string, string>; stop(): void };

/** An identity provider beside the platform, so that tokens outlive its processes. */
export async function startIssuer(): Promise<Issuing> {
  const issuer = await localIssuer();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(issuer.jwks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    issuer,
    env: {
      JWKS_URL: `http://127.0.0.1:${port}/jwks`,
      JWT_ISSUER: issuer.issuer,
      JWT_AUDIENCE: issuer.audience,
      ORIGIN: 'faults.example/log',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      // The side that writes: read models are built from what it leaves behind.
      SERVICES: 'collection,registry,preparation,release-qc,logistics,infusion,follow-up,recall',
    },
    stop: () => server.close(),
  };
}

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** The platform in a process of its own. */
export type PlatformProcess = {
  /** Where it listens. Rejects with what it said when it ends before. */
  readonly url: Promise<string>;
  readonly ended: Promise<Ended>;
  readonly said: () => string;
  kill(signal: NodeJS.Signals): void;
};

export type Starting = { readonly args?: readonly string[]; readonly nodeArgs?: readonly string[]; readonly shell?: string };

export function startProcess(env: Record<string, string>, { args = [], nodeArgs = [], shell }: Starting = {}): PlatformProcess {
  const command = [process.execPath, ...nodeArgs, MAIN, ...args];
  const options = {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
  };
  const child: ChildProcess = shell
    ? spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command], options)
    : spawn(command[0]!, command.slice(1), options);
  let said = '';
  const ended = new Promise<Ended>((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  const url = new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk;
      const found = /listens on (http:\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    };
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    void ended.then(({ code, signal }) => reject(new Error(`ended with ${code ?? signal}: ${said.slice(0, 2000)}`)));
  });
  url.catch(() => {});
  return { url, ended, said: () => said, kill: (signal) => void child.kill(signal) };
}

/** Stops it as an operator would, and expects it to end well. */
export async function stopped(platform: PlatformProcess): Promise<void> {
  platform.kill('SIGTERM');
  const { code, signal } = await platform.ended;
  if (code !== 0) throw new Error(`did not stop cleanly: ${code ?? signal}: ${platform.said()}`);
}
