#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this far and say one clear sentence.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `haunted: needs Node 24.15 or newer, and this is Node ${process.versions.node}; install it, or run through npm (npm start, npx haunted), which brings its own. [UNSUPPORTED]\n`,
  );
  process.exitCode = 1;
} else if (require('node:fs').existsSync(`${__dirname}/../src/cli/main.ts`)) {
  // In a checkout the source is the truth; the published package has no source and runs the build.
  require('node:module').enableCompileCache();
  void import('../src/cli/main.ts');
} else {
  const [, , first, second] = process.argv;
  // The agent lives for months: `haunted agent` and `agent join` have a program of their own.
  const isAgent = first === 'agent' && (second === undefined || second === 'join' || second.startsWith('-'));
  const isScan = first === 'flags' && second === 'scan';
  const part = first === 'check' ? 'check' : isScan ? 'scan' : isAgent ? 'agent' : 'haunted';
  // The flags of V8 are those of this one; a later Node may know other ones, and says so on stderr.
  if (isAgent && major === 24) require('./small-footprint.js').keepSmall();
  require('./run-build.js').runBuild(require('node:path').join(__dirname, `../dist/${part}.cjs`));
}
