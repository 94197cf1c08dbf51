import type { Io } from '../io.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { VERSION } from '../version.ts';
import { fromRootOf } from './definition-files.ts';
import type { Scanned } from './run-scan.ts';
import { scanMarkdown } from './scan-markdown.ts';
import { scanSarif } from './scan-sarif.ts';
import { scanTable } from './scan-table.ts';
import type { ScanFormat } from './scan-words.ts';

/** A scan as text that ends with a line feed, in the format asked for. */
export function renderScan(
  { scan, source, request }: Scanned,
  { format, hasDefinitions }: { readonly format: ScanFormat; readonly hasDefinitions: boolean },
  io: Io,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(scan, null, 2)}\n`;
    case 'sarif':
      return scanSarif(scan, {
        hasDefinitions,
        prefix: source.git?.prefix ?? '',
        version: VERSION,
        fromRoot: fromRootOf(request.texts),
      });
    case 'markdown':
      return scanMarkdown(scan, hasDefinitions);
    case 'table':
      return scanTable(scan, hasDefinitions, terminalOf(io));
  }
}
