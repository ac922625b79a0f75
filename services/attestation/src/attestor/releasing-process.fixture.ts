import { ReleaseHistory } from './releases.ts';

/** Releases and thins until it is killed; every tenth checkpoint follows an entry whose time matters. Tells each size once it is on disk. */
const [path, first] = process.argv.slice(2);
let now = Number(first) * 1000;
const history = new ReleaseHistory(path!, () => now);
for (let size = Number(first); ; size++) {
  now = size * 1000;
  history.add({ size, note: `note of ${size}` }, size % 10 === 0);
  process.stdout.write(`${size}\n`);
  history.thin(now - 120_000);
}
