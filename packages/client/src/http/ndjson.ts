const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/** The lines of an NDJSON body, as they come. Blank lines are left out. @throws RangeError for a line without an end in sight */
export async function* linesOf(body: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let rest = '';
  for await (const chunk of body) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
      const line = rest.slice(start, end).trimEnd();
      start = end + 1;
      if (line !== '') yield line;
    }
    rest = rest.slice(start);
    if (rest.length > MAX_LINE_CHARACTERS) throw new RangeError(`a line has more than ${MAX_LINE_CHARACTERS} characters`);
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest.trimEnd();
}
