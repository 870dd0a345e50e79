/**
 * The printing calls of other languages, `fmt.Println(a, b)`, `fmt.Printf("%d\n", n)`, `console.log(x)`, as calls of `println` with one text.
 * Consumes: the arguments between the brackets; produces the spelling here and the edit that rewrites them.
 */
import type { Expr } from '../ast.ts';
import type { TextEdit } from '../../diag/index.ts';
import type { Parser } from './parser.ts';

const PRINT_CALLS: ReadonlyMap<string, string> = new Map([
  ['fmt.Println', 'println'],
  ['fmt.Print', 'print'],
  ['fmt.Printf', 'print'],
  ['fmt.Sprintf', 'format'],
  ['fmt.Sprint', 'format'],
  ['console.log', 'println'],
  ['console.error', 'eprintln'],
  ['System.out.println', 'println'],
  ['System.out.print', 'print'],
  ['Console.WriteLine', 'println'],
]);

const VERB = /%%|%[+#]?(?:\.(\d+))?([a-zA-Z])|\$/g;

/** The function here that does what `spelling`, a path with dots, does elsewhere. */
export function printCall(spelling: string): string | null {
  return PRINT_CALLS.get(spelling) ?? null;
}

/** The call here, and the edit of its arguments; null edit where they stay as they are or cannot be rewritten. */
export function rewritePrint(p: Parser, spelling: string, ours: string, args: readonly Expr[]): { readonly ours: string; readonly edit: TextEdit | null } {
  const first = args[0];
  if (first === undefined) return { ours, edit: null };
  const texts = args.map((arg) => p.text.slice(arg.span.lo, arg.span.hi));
  const whole = (text: string): TextEdit => p.edit(first.span.lo, args[args.length - 1]!.span.hi, `"${text}"`);
  if (spelling.endsWith('f')) {
    const literal = first.kind === 'string' ? /^"(.*)"$/.exec(texts[0]!)?.[1] : undefined;
    const text = literal === undefined ? null : fillVerbs(literal, texts.slice(1));
    if (text === null) return { ours, edit: null };
    return ours === 'print' && text.endsWith('\\n') ? { ours: 'println', edit: whole(text.slice(0, -2)) } : { ours, edit: whole(text) };
  }
  if (args.length === 1) return { ours, edit: null };
  const parts = args.map((arg, i) => {
    const plain = arg.kind === 'string' ? /^"(.*)"$/.exec(texts[i]!)?.[1] : undefined;
    return plain ?? hole(texts[i]!, '');
  });
  return { ours, edit: parts.includes(null) ? null : whole(parts.join(' ')) };
}

function hole(value: string, format: string): string | null {
  return /["\n{}]/.test(value) ? null : `\${${value}${format}}`;
}

/** `"%s has %.2f"` with its values in place; null where they do not fit. */
function fillVerbs(literal: string, values: readonly string[]): string | null {
  let next = 0;
  let fits = true;
  const text = literal.replace(VERB, (verb, precision: string | undefined, letter: string | undefined) => {
    if (verb === '%%') return '%';
    if (verb === '$') return '\\$';
    const value = values[next++];
    const format = precision !== undefined ? `:.${precision}` : letter === 'x' || letter === 'X' ? `:${letter}` : letter === 'q' || verb === '%+v' ? ':?' : '';
    const filled = value === undefined ? null : hole(value, format);
    if (filled === null) fits = false;
    return filled ?? verb;
  });
  return fits && next === values.length ? text : null;
}
