/** A server's reply, its lines in one. */
export type Reply = { code: number; text: string };

/** A server that never comes to an end with a reply is not to fill memory. */
const LONGEST_REPLY = 64 * 1024;

/**
 * Puts a server's replies together from the bytes as they come (RFC 5321, 4.2.1).
 * @param take gets each reply once it is whole
 * @returns takes the next bytes
 * @throws Error when what came is no reply
 */
export function createReplyReader(take: (reply: Reply) => void): (bytes: Buffer) => void {
  let rest = '';
  let lines: string[] = [];
  return (bytes) => {
    rest += bytes.toString('latin1');
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).replace(/\r$/, '');
      rest = rest.slice(end + 1);
      if (line === '' && lines.length === 0) continue;
      lines.push(line);
      if (/^\d{3}-/.test(line)) continue;
      const whole = lines;
      lines = [];
      take(replyOf(whole));
    }
    if (rest.length + lines.reduce((sum, { length }) => sum + length, 0) > LONGEST_REPLY)
      throw new Error('The mail server does not come to an end.');
  };
}

function replyOf(lines: readonly string[]): Reply {
  const text = Buffer.from(lines.join(' '), 'latin1').toString();
  const code = /^\d{3}(?!\d)/.exec(text)?.[0];
  if (code === undefined) throw new Error(`The mail server said what is no reply: ${text.slice(0, 100)}`);
  return { code: Number(code), text };
}
