const LINE_DOT = '\r\n.';
const [DOT, END, LINE_END] = [Buffer.from('.'), Buffer.from('.\r\n'), Buffer.from('\r\n')];

/**
 * A mail as it stands between the 354 and the answer (RFC 5321, 4.5.2): a dot before each line's first dot, one alone at
 * the end. Its lines end in CRLF, as `composeMime` makes them.
 * @param next commands that go out with it
 */
export function onTheWire(mail: Buffer, next = ''): Buffer {
  const parts: Buffer[] = mail[0] === DOT[0] ? [DOT] : [];
  let from = 0;
  for (let at = mail.indexOf(LINE_DOT); at !== -1; at = mail.indexOf(LINE_DOT, at + 1)) {
    const dot = at + LINE_END.length;
    parts.push(mail.subarray(from, dot), DOT);
    from = dot;
  }
  const ended = mail.subarray(-LINE_END.length).equals(LINE_END);
  return Buffer.concat([...parts, mail.subarray(from), ...(ended ? [] : [LINE_END]), END, Buffer.from(next)]);
}
