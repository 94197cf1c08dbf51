import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { readEvidence } from '../../src/adapters/files/read-evidence.ts';
import { Fault } from '../../src/fault.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import type { Door } from '../../src/seal/open.ts';
import { doorOf, soundReport } from './trust.ts';

export type EvidenceRead = Awaited<ReturnType<typeof readEvidence>>;

/** A folder on disk in which evidence is written and read. */
export type EvidenceFolder = {
  readonly folder: string;
  readonly write: (name: string, content: string | Uint8Array) => string;
  /** What a fault says, or null without one; the folder's own path is left out. */
  readonly faultOf: (paths: readonly string[], stdin?: string) => Promise<string | null>;
  /** Source, reason and claimed host of each refusal; the folder's own path is left out. */
  readonly reasonsOf: (read: EvidenceRead) => readonly string[];
  readonly remove: () => void;
};

const OPEN_DOOR = doorOf({ acceptUnsigned: true });

/** Reads with a door that takes bare reports. */
export async function readOpenly(
  paths: readonly string[],
  stdin = '',
  door: Door = OPEN_DOOR,
): Promise<EvidenceRead> {
  return readEvidence(paths, door, () => Readable.from([Buffer.from(stdin)]));
}

export function evidenceFolder(): EvidenceFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-evidence-'));
  return {
    folder,
    write: (name, content) => {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    faultOf: async (paths, stdin) => {
      try {
        await readOpenly(paths, stdin);
        return null;
      } catch (error) {
        if (error instanceof Fault) return `${error.code}: ${error.message.replaceAll(folder, '')}`;
        throw error;
      }
    },
    reasonsOf: ({ refused }) =>
      refused.map(({ reason, source, claimed_hostname: claimed }) => {
        return `${source.replaceAll(folder, '')} ${reason} ${claimed ?? '-'}`;
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function reportOf(hostname: string, more: Partial<NodeReport> = {}): NodeReport {
  return { ...soundReport(more), hostname };
}

export function lineOf(hostname: string): string {
  return JSON.stringify(reportOf(hostname));
}

export function hostsOf({ reports }: EvidenceRead): readonly string[] {
  return reports.map((report) => report.value.hostname);
}
