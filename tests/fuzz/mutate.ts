/**
 * Programs that nobody would write, made from programs that somebody wrote.
 * Consumes: a text, a corpus to take pieces from, a random source. Produces: a changed text. Holds: nothing.
 * A third of the inputs get one change of a single token, so that many still parse and some have no mistake at all; of the changes in the
 * others half are blind (bytes), half respect tokens.
 */
import type { Random } from './random.ts';

const ODD = [
  '\0', '\x7f', '\r', '\u2028', '\ufeff', '\ud800', '\udc00', '\u{10ffff}', '中', 'é', '"', "'", '\\', '${', '}', '{', '(', ')', '[', ']', '/*', '*/', '//', '"""', '#"', '"#',
  'b"', "b'", '0x', '0b', '1e', '1.', '..', '..=', '...', '::', '::<', '->', '=>', '@', '?', '!', '|', '||', '&', '&&', '&mut ', '*', '%', '+%', '<<', '>>', '<', '>', ';', ',',
];

const TOKENS = [
  'fn', 'let', 'var', 'if', 'else', 'match', 'while', 'for', 'in', 'loop', 'break', 'continue', 'return', 'struct', 'enum', 'trait', 'impl', 'pub', 'import', 'const', 'type', 'where',
  'self', 'Self', 'mut', 'move', 'unsafe', 'dyn', 'as', 'try', 'catch', 'using', 'spawn', 'await', 'view', 'extern', 'true', 'false', 'new', 'defer', '@derive(Copy)', '@lang("Copy")', '@intrinsic',
  'Int32', 'UInt8', 'Float64', 'String', 'Bool', 'Rune', 'Unit', 'Never', 'Option', 'Some', 'None', 'Ok', 'Err', 'Box', 'ArrayList', 'T', 'T::Item', '[T]', '&str', 'fn(T): T', '[Int32; 4]',
  '0', '1', '-1', '9223372036854775808', '0xffffffffffffffffffff', '1e999', '1.5h', '3GiB', '"${x}"', '"${x:>08.3?}"', "'字'", '_', 'x', 'main', 'println', 'panic!', 'dbg!', "'outer:",
  '(', ')', '{', '}', '[', ']', ',', ';', ':', '.', '..', '..=', '=', '==', '+', '-', '*', '/', '%', '<', '>', '&', '|', '=>', '->', '::', '?', '!', '@',
];

/** Text in pieces: words, numbers, strings, spaces, single marks. */
export function tokensOf(text: string): string[] {
  return text.match(/\s+|[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|[\s\S]/gu) ?? [];
}

export function mutate(text: string, corpus: readonly string[], random: Random): string {
  if (random.below(3) === 0) return mutateTokens(text, corpus, random, 2 + random.below(5));
  let out = text;
  const rounds = 1 + random.below(4);
  for (let i = 0; i < rounds; i++) out = random.below(2) === 0 ? mutateBytes(out, random) : mutateTokens(out, corpus, random, random.below(9));
  return out.length > 200_000 ? out.slice(0, 200_000) : out;
}

function mutateBytes(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = random.below(random.below(4) === 0 ? 400 : 8);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + random.pick(ODD) + text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(random.below(3) === 0 ? 0x10000 : 128)) + text.slice(at + 1);
    case 3:
      return text.slice(0, at) + text.slice(at, at + length).repeat(2 + random.below(3)) + text.slice(at + length);
    case 4:
      return text.slice(0, at);
    case 5: {
      // Deep nesting.
      const mark = random.pick(['(', '[', '{', '-', '!', '&', '*', 'if x {', 'x.', 'f(', '"${', 'Box<', '|x| ', 'match x { _ => ', '1 + ']);
      return text.slice(0, at) + mark.repeat(1 + random.below(random.below(4) === 0 ? 5000 : 60)) + text.slice(at);
    }
    default:
      return random.pick(ODD) + text + random.pick(ODD);
  }
}

const OPERATORS: readonly (readonly string[])[] = [['+', '-', '*', '/', '%'], ['<', '<=', '>', '>=', '==', '!='], ['&&', '||'], ['&', '|', '^'], ['..', '..='], ['+=', '-=', '*=']];
const NUMBERS = ['0', '1', '2', '3', '7', '8', '10', '100', '127', '255', '256', '1000', '65535', '2147483647', '4294967295'];

/** Changes that most often leave a program that compiles: other numbers and operators, lines left out, doubled or exchanged, moves and copies. */
export function mutateGently(text: string, random: Random): string {
  let out = text;
  const rounds = 1 + random.below(3);
  for (let i = 0; i < rounds; i++) out = gentle(out, random);
  return out;
}

function gentle(text: string, random: Random): string {
  const lines = text.split('\n');
  const whole = lines.flatMap((line, i) => (/^\s+.*;\s*$/.test(line) ? [i] : []));
  const tokens = text.match(/\s+|[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|[-+*/%<>=!&|^.]+|[\s\S]/gu) ?? [];
  const where = (test: (token: string) => boolean): number[] => tokens.flatMap((token, i) => (test(token) ? [i] : []));
  switch (random.below(8)) {
    case 0:
    case 1: {
      const at = where((token) => /^\d+$/.test(token));
      if (at.length > 0) tokens[random.pick(at)] = random.pick(NUMBERS);
      return tokens.join('');
    }
    case 2:
    case 3: {
      const at = where((token) => OPERATORS.some((group) => group.includes(token)));
      if (at.length === 0) return text;
      const i = random.pick(at);
      tokens[i] = random.pick(OPERATORS.find((group) => group.includes(tokens[i]!))!);
      return tokens.join('');
    }
    case 4:
      if (whole.length > 0) lines.splice(random.pick(whole), 1);
      return lines.join('\n');
    case 5: {
      if (whole.length === 0) return text;
      const i = random.pick(whole);
      lines.splice(i, 0, lines[i]!);
      return lines.join('\n');
    }
    case 6: {
      if (whole.length < 2) return text;
      const i = random.pick(whole);
      const j = random.pick(whole);
      [lines[i], lines[j]] = [lines[j]!, lines[i]!];
      return lines.join('\n');
    }
    default: {
      const at = where((token) => ['true', 'false', 'break', 'continue', 'let', 'var', '&', '&mut'].includes(token));
      if (at.length === 0) return text;
      const i = random.pick(at);
      tokens[i] = { true: 'false', false: 'true', break: 'continue', continue: 'break', let: 'var', var: 'let', '&': '', '&mut': '&' }[tokens[i]!]!;
      return tokens.join('');
    }
  }
}

/** `how` is a number below 9. */
function mutateTokens(text: string, corpus: readonly string[], random: Random, how: number): string {
  const tokens = tokensOf(text);
  const at = random.below(tokens.length);
  const word = (): number[] => tokens.flatMap((token, i) => (/^[\p{L}_]/u.test(token) ? [i] : []));
  switch (how) {
    case 0:
      tokens.splice(at, 1 + random.below(3));
      break;
    case 1:
      tokens.splice(at, 0, ' ', random.pick(TOKENS), ' ');
      break;
    case 2:
      tokens[at] = random.pick(TOKENS);
      break;
    case 3: {
      const other = random.below(tokens.length);
      const kept = tokens[at]!;
      tokens[at] = tokens[other]!;
      tokens[other] = kept;
      break;
    }
    case 4:
    case 5: {
      // One name for another.
      const words = word();
      if (words.length > 0) tokens[random.pick(words)] = tokens[random.pick(words)]!;
      break;
    }
    case 6: {
      const words = word();
      if (words.length > 0) tokens[random.pick(words)] = random.pick(TOKENS);
      break;
    }
    case 7: {
      const other = tokensOf(random.pick(corpus));
      const from = random.below(other.length);
      tokens.splice(at, random.below(4), ...other.slice(from, from + 1 + random.below(60)));
      break;
    }
    default: {
      const from = random.below(tokens.length);
      tokens.splice(at, 0, ...tokens.slice(from, from + 1 + random.below(40)));
    }
  }
  return tokens.join('');
}
