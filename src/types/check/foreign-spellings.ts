/**
 * Method names that people bring from other languages, and what they are called here.
 */
const SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    push_back: ['push', 'pushBack'], append: ['push', 'extend'], add: ['push', 'insert'], size: ['len'], length: ['len'], count: ['len', 'count'],
    isEmpty: ['isEmpty'], empty: ['isEmpty'], contains_key: ['containsKey', 'contains'], has: ['contains', 'containsKey'], includes: ['contains'],
    to_owned: ['toString', 'clone'], to_s: ['toString'], toStr: ['toString'], str: ['toString'], as_str: ['asStr'], c_str: ['asPtr'],
    to_lowercase: ['toLowercase', 'toLower'], to_uppercase: ['toUppercase', 'toUpper'], toLowerCase: ['toLowercase', 'toLower'], toUpperCase: ['toUppercase', 'toUpper'],
    upper: ['toUppercase'], lower: ['toLowercase'], strip: ['trim'], indexOf: ['find', 'indexOf'], index: ['find', 'position'], substr: ['slice'], substring: ['slice'],
    forEach: ['forEach', 'each'], for_each: ['forEach'], reduce: ['fold', 'reduce'], flat_map: ['flatMap'], filter_map: ['filterMap'], into_iter: ['intoIter'],
    iter_mut: ['iterMut'], get_mut: ['getMut'], set: ['insert', 'put'], put: ['insert'], remove_at: ['removeAt', 'remove'], erase: ['remove'], delete: ['remove'],
    pop_back: ['pop'], pop_front: ['popFront'], push_front: ['pushFront'], peek: ['last', 'peek'], back: ['last'], front: ['first'], unwrap: ['unwrap'], get_or_insert: ['getOrInsert'],
    or_insert: ['orInsert'], or_insert_with: ['orInsertWith'], sort_by: ['sortBy'], sorted: ['sort'], reversed: ['reverse', 'rev'], reverse: ['rev', 'reverse'], join_str: ['join'],
    floor_div: ['div'], pow_int: ['pow'], powi: ['pow'], powf: ['pow'], concat: ['concat', 'extend'], chars: ['runes', 'chars'], bytes: ['bytes'], keys: ['keys'], values: ['values'],
    entrySet: ['iter'], entries: ['iter', 'entries'], items: ['iter'], is_some: ['isSome'], is_none: ['isNone'], is_ok: ['isOk'], is_err: ['isErr'], hasNext: ['next'],
    getOrThrow: ['unwrap'], getOrDefault: ['unwrapOr'], orElse: ['unwrapOrElse', 'unwrapOr'], orElseThrow: ['expect'],
  }),
);

/** `unwrap_or` as `unwrapOr`. */
function camel(name: string): string {
  return name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The name here for a name from elsewhere, if the type has it. */
export function foreignMethod(name: string, known: ReadonlySet<string>): string | null {
  const inCamel = camel(name);
  if (inCamel !== name && known.has(inCamel)) return inCamel;
  for (const candidate of SPELLINGS.get(name) ?? SPELLINGS.get(inCamel) ?? []) if (candidate !== name && known.has(candidate)) return candidate;
  return null;
}
