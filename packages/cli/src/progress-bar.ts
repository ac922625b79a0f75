const EVERY_MS = 1000;
const WIDTH = 30;

/** Says once a second how far a log has been read: by position where positions count, else by number. */
export function progressBar(
  tell: (line: string) => void,
  end: string | undefined,
): (events: number, streams: number, position: string) => void {
  const start = Date.now();
  let told = start;
  return (events, streams, position) => {
    const now = Date.now();
    if (now - told < EVERY_MS) return;
    told = now;
    const rate = Math.round(events / ((now - start) / 1000));
    tell(`${bar(position, end)}${count(events)} events of ${count(streams)} streams, ${count(rate)} a second`);
  };
}

function bar(position: string, end: string | undefined): string {
  if (end === undefined || end.includes('-')) return '';
  const share = Math.min(1, Number(position) / Number(end));
  const filled = Math.round(share * WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %  `;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
