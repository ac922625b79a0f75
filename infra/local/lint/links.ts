import { posix } from 'node:path';
import { type Fault, lineOf } from './fault.ts';

/** A Markdown file: its path from the root, with slashes, and what stands in it. */
export type Page = { readonly file: string; readonly text: string };

const INLINE = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const REFERENCE = /^\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm;
const CODE = /^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$|`[^`\n]*`/gm;
const HEADING = /^#{1,6}\s+(.+?)\s*#*\s*$/gm;
const ELSEWHERE = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The links within the repository that lead nowhere: to no file or folder, or to no heading. Addresses of other sites are not asked.
 *
 * @param exists whether a file or folder is there; the path is from the root, with slashes
 */
export function linkFaults(pages: readonly Page[], exists: (path: string) => boolean): Fault[] {
  const headings = new Map(pages.map(({ file, text }) => [file, anchorsOf(text)]));
  return pages.flatMap(({ file, text }) => {
    const prose = withoutCode(text);
    return [...prose.matchAll(INLINE), ...prose.matchAll(REFERENCE)].flatMap((match) => {
      const message = faultOf(match[1]!, file, headings, exists);
      return message === undefined ? [] : [{ file, line: lineOf(prose, match.index), message }];
    });
  });
}

function faultOf(
  target: string,
  file: string,
  headings: ReadonlyMap<string, ReadonlySet<string>>,
  exists: (path: string) => boolean,
): string | undefined {
  if (ELSEWHERE.test(target)) return undefined;
  if (target.startsWith('/')) return `the link ${target} holds on one site only: make it relative`;
  const [path, anchor] = decodeURI(target).split('#') as [string, string?];
  const aim = path === '' ? file : posix.join(posix.dirname(file), path);
  if (aim.startsWith('..')) return `the link ${target} leaves the repository`;
  if (!exists(aim)) return `the link ${target} leads to nothing`;
  const known = headings.get(aim);
  if (anchor && known && !known.has(anchor)) return `${aim} has no heading #${anchor}`;
  return undefined;
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  // Code in a heading counts, blocks of code hold no headings.
  for (const [, heading] of withoutBlocks(text).matchAll(HEADING)) {
    const plain = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}

/** Blanks code, line by line, so that places stay what they are. */
function withoutCode(text: string): string {
  return text.replaceAll(CODE, blank);
}

function withoutBlocks(text: string): string {
  return text.replaceAll(CODE, (code) => (code.includes('\n') ? blank(code) : code));
}

function blank(code: string): string {
  return code.replaceAll(/[^\n]/g, ' ');
}
