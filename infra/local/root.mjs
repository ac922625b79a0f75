import { fileURLToPath } from 'node:url';

/** The folder of the repository, wherever it was put. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
