import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeMonitor, makeWitness, type Role, vkeyOfFolder } from '@cytoledger/witness';
import { demoPolicyFile } from '../../attestation/policy.ts';
import { commandOf, type DemoFolders, MONITOR, monitorFolder, WITNESSES, witnessFolder } from './folders.ts';
import { SupervisedChild } from './supervised-child.ts';

export type DemoWitnesses = {
  /** As the environment variable WITNESSES wants them: `name=url,…`. Their addresses stay the same when they begin again. */
  readonly addresses: string;
  /** Of the processes that run now. */
  pids(): number[];
  stop(): Promise<void>;
};

const PATIENCE_MS = 5_000;

/**
 * The witnesses of a demonstration, which in earnest would be a regulator's, hospitals' and laboratories': processes of their own with their own keys, made
 * at the first start, with the key of the monitor. The policy, made later from these keys, is read when it is there.
 */
export async function startDemoWitnesses(folders: DemoFolders, onFault: (message: string) => void): Promise<DemoWitnesses> {
  const { folder } = folders;
  for (const name of WITNESSES) await keyIn('witness', witnessFolder(folder, name), name);
  await keyIn('monitor', monitorFolder(folder, MONITOR), MONITOR);
  const { main, env } = commandOf(folders);
  const urls = new Map<string, string>();
  const heard = Promise.withResolvers<void>();
  const children = WITNESSES.map((name) => {
    const args = () => [
      main,
      'witness',
      ...['--folder', witnessFolder(folder, name)],
      ...['--policy', demoPolicyFile(folder)],
      ...['--listen', urls.get(name)?.replace('http://', '') ?? '127.0.0.1:0'],
      '--supervised',
    ];
    const onLine = (line: string) => {
      const url = /^Listening on (\S+)$/.exec(line)?.[1];
      if (url !== undefined) urls.set(name, url);
      if (urls.size === WITNESSES.length) heard.resolve();
    };
    return new SupervisedChild({ name, args, env, onLine, onFault });
  });
  await Promise.race([heard.promise, sleep(PATIENCE_MS, undefined, { ref: false })]);
  return {
    addresses: [...urls].map(([name, url]) => `${name}=${url}`).join(','),
    pids: () => children.flatMap(({ pid }) => pid ?? []),
    stop: async () => void (await Promise.all(children.map((child) => child.stop()))),
  };
}

async function keyIn(role: Role, folder: string, name: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  if ((await vkeyOfFolder(role, folder)) !== undefined) return;
  await (role === 'witness' ? makeWitness : makeMonitor)({ folder, name });
}
