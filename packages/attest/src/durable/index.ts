export { createDurably, readIfThere, syncFolder, writeDurably } from './durable-file.ts';
export { takeLock } from './exclusive-lock.ts';
