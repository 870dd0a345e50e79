/**
 * A function's summary in sentences, for people: `--explain-borrows`.
 * Consumes: a summary and the declaration whose parameters it names. Produces: sentences without a full stop, in English or Chinese.
 */
import { unreachable } from '../../base/index.ts';
import { mapTy } from '../../types/index.ts';
import type { FnDecl, Ty } from '../../types/index.ts';
import type { Summary, SummaryNode } from '../borrows/index.ts';

export type WordsLanguage = 'en' | 'zh';

/** One sentence for each place where borrows arrive, one for each group of places that are one afterwards; a single one if there is nothing. */
export function summaryWords(decl: FnDecl, summary: Summary, language: WordsLanguage): string[] {
  const zh = language === 'zh';
  const sources = new Map<string, { readonly result: boolean; readonly from: Set<string> }>();
  for (const { from, to } of summary.edges) {
    const key = place(decl, to, zh, true);
    const entry = sources.get(key) ?? { result: to.at === 'result', from: new Set<string>() };
    entry.from.add(place(decl, from, zh, false));
    sources.set(key, entry);
  }
  const out: string[] = [];
  for (const [target, { result, from }] of sources) {
    const list = join([...from], zh);
    if (result) out.push(zh ? `${target}借用 ${list}` : `${target} borrows from ${list}`);
    else out.push(zh ? `${target}可能存有对 ${list} 的借用` : `borrows from ${list} may be stored in ${target}`);
  }
  for (const group of summary.same) {
    const names = [...new Set(group.map((node) => place(decl, node, zh, true)))];
    if (names.length > 1) out.push(zh ? `${join(names, zh)}存有相同的借用` : `${join(names, zh)} hold the same borrows afterwards`);
  }
  for (const name of sharedParams(decl)) {
    out.push(zh ? `结果可能就是以 \`${name}\` 传入的值` : `the result may be, or hold, what comes in as \`${name}\``);
  }
  if (out.length === 0) out.push(zh ? '不借用任何东西' : 'borrows nothing from its arguments');
  return out;
}

/** Type parameters that the result has in common with an argument: their borrows go through whatever the body does. */
function sharedParams(decl: FnDecl): string[] {
  const into = paramNames(decl.sig.ret);
  const from = new Set(decl.sig.params.flatMap((param) => [...paramNames(param.ty)]));
  return [...into].filter((name) => from.has(name));
}

function paramNames(ty: Ty, into = new Set<string>()): Set<string> {
  if (ty.kind === 'param') into.add(ty.name);
  mapTy(ty, (child) => {
    paramNames(child, into);
    return child;
  });
  return into;
}

function place(decl: FnDecl, node: SummaryNode, zh: boolean, into: boolean): string {
  switch (node.at) {
    case 'param': {
      const name = `\`${node.param === 0 && decl.sig.hasSelf ? 'self' : (decl.sig.params[node.param]?.name ?? `#${node.param}`)}\``;
      if (into) return zh ? `${name} 所指之处` : `what ${name} refers to`;
      return node.slot === 0 ? name : zh ? `${name} 所持有的` : `what ${name} holds`;
    }
    case 'result':
      return zh ? '结果' : 'the result';
    case 'type':
      return into ? (zh ? `每个 \`${node.name}\` ` : `every \`${node.name}\``) : `\`${node.name}\``;
    default:
      return unreachable(node);
  }
}

function join(list: readonly string[], zh: boolean): string {
  if (zh) return list.join('、');
  return list.length <= 1 ? list.join('') : `${list.slice(0, -1).join(', ')} and ${list[list.length - 1]}`;
}
