/** Generates ordinary code of a wanted length: structs, impls, loops, matches, closures, strings; deterministic. */
export function generateLines(count: number): string {
  const out: string[] = [];
  let unit = 0;
  while (out.length < count - 30) {
    const n = unit++;
    out.push(
      `struct Point${n} { x: Int64, y: Int64, name: String }`,
      '',
      `enum Shape${n} {`,
      '    Circle(Float64),',
      '    Square { side: Float64 },',
      '    Empty,',
      '}',
      '',
      `impl Point${n} {`,
      `    fn new(x: Int64, y: Int64): Point${n} {`,
      `        Point${n} { x: x, y: y, name: "p${n}" }`,
      '    }',
      '',
      '    fn length(&self): Int64 {',
      '        self.x * self.x + self.y * self.y',
      '    }',
      '}',
      '',
      `fn area${n}(shape: &Shape${n}): Float64 {`,
      '    match shape {',
      `        Shape${n}::Circle(r) => 3.14 * *r * *r,`,
      `        Shape${n}::Square { side } => *side * *side,`,
      `        Shape${n}::Empty => 0.0,`,
      '    }',
      '}',
      '',
      `fn work${n}(limit: Int64): Int64 {`,
      '    var total: Int64 = 0;',
      '    var points = ArrayList::<Point' + `${n}>::new();`,
      '    for i in 0..limit {',
      '        if i % 3 == 0 {',
      `            points.push(Point${n}::new(i, i + ${n}));`,
      '        } else if i % 3 == 1 {',
      '            total += i;',
      '        }',
      '    }',
      '    for p in points.iter() {',
      '        total += p.length();',
      '    }',
      `    let shape = Shape${n}::Circle(Float64(total % 10));`,
      `    if area${n}(&shape) > 100.0 { total - 1 } else { total }`,
      '}',
      '',
    );
  }
  out.push('fn main() {', '    var sum: Int64 = 0;');
  for (let i = 0; i < Math.min(unit, 20); i++) out.push(`    sum += work${i}(${i + 3});`);
  out.push('    println(sum);', '}', '');
  return out.join('\n');
}
