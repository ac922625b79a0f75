/** A line that is written over on a terminal; elsewhere one line when a scenario begins to play. */
export type Bar = { show(title: string, done: number, of: number): void; end(): void };

const WIDTH = 30;

export function barOn(out: NodeJS.WriteStream): Bar {
  return out.isTTY ? terminalBar(out) : quietBar(out);
}

function terminalBar(out: NodeJS.WriteStream): Bar {
  return {
    show: (title, done, of) => {
      const filled = of === 0 ? WIDTH : Math.floor((done / of) * WIDTH);
      const line = `[${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${done}/${of}  ${title}`;
      // A line that wraps could not be written over.
      out.write(`\r\u001b[2K${line.slice(0, out.columns - 1)}`);
    },
    end: () => void out.write('\r\u001b[2K'),
  };
}

function quietBar(out: NodeJS.WriteStream): Bar {
  let last = '';
  return {
    show: (title, _done, of) => {
      if (title !== last) out.write(`Playing ${title} (${of} steps)\n`);
      last = title;
    },
    end: () => {},
  };
}
