import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** `npm start` without its installing: the platform with its demonstration, witnesses and monitor. */
export type DemoProcess = AsyncDisposable & { readonly url: string; readonly env: NodeJS.ProcessEnv };

/** Resolves once the demonstration stands. Its commands run on the same Node as this process. */
export async function startDemoProcess(variables: Readonly<Record<string, string>>): Promise<DemoProcess> {
  const path = `${resolve(process.execPath, '..')}:${process.env['PATH']}`;
  const env = { ...process.env, PATH: path, PORT: '0', ...variables };
  const child = spawn(process.execPath, ['services/platform/src/main.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await whenPlayed(child),
    env,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function whenPlayed(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /^Listening on\s+(\S+)/m.exec(said)?.[1];
      if (url) found(url);
    });
    child.once('exit', (code) => failed(new Error(`the platform ended with ${code}: ${said}`)));
  });
}
