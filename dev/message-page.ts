/** Parses one page of `messages/`; the format is described in `messages/README.md`. Throws with the page's name on a mistake. */
import type { MessagePage, MessageText } from '../src/diag/message-page.ts';

export function parseMessagePage(fileName: string, text: string): MessagePage {
  const fail = (why: string): never => {
    throw new Error(`messages/${fileName}: ${why}`);
  };
  const head = /^---\ncode: (CJ\d{4})\nseverity: (error|warning|note)\n---\n/.exec(text);
  if (head === null) return fail('begins with ---, code:, severity:, ---');
  const code = head[1]!;
  if (`${code}.md` !== fileName) fail(`names ${code}`);
  const sections = new Map<string, string[]>();
  let current: string[] | null = null;
  for (const line of text.slice(head[0].length).split('\n')) {
    const section = /^# (en|zh|fails|works)$/.exec(line);
    if (section !== null) sections.set(section[1]!, (current = []));
    else if (current !== null) current.push(line);
    else if (line.trim() !== '') fail(`text before the first section: ${line}`);
  }
  const language = (name: string): MessageText => {
    const body = sections.get(name) ?? fail(`has no section # ${name}`);
    const lines: Record<string, string> = {};
    let at = 0;
    for (; at < body.length && body[at]!.trim() !== ''; at++) {
      const entry = /^((?:message|label|help|fix)(?:\.[\w-]+)?): (.*)$/.exec(body[at]!);
      if (entry === null) return fail(`not a key line: ${body[at]}`);
      lines[entry[1]!] = entry[2]!;
    }
    if (lines['message'] === undefined) fail(`# ${name} has no message:`);
    return { lines, prose: body.slice(at).join('\n').trim() };
  };
  const program = (name: string): string =>
    (sections.get(name) ?? [])
      .map((line) => line.replace(/^ {4}/, ''))
      .join('\n')
      .trim();
  const en = language('en');
  const zh = language('zh');
  for (const key of Object.keys(en.lines)) if (zh.lines[key] === undefined) fail(`# zh lacks ${key}`);
  return { code, severity: head[2] as MessagePage['severity'], en, zh, fails: program('fails'), works: program('works') };
}
