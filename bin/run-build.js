const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

/** Exit codes of commands that did their work: what they used is worth keeping. */
const WORKED = [0, 2, 3, 4];
/** Most files kept, one for each command; then all go, and it starts anew. */
const MOST_KEPT = 64;

/**
 * Runs the published program with the compiled code of an earlier run of the same command, and keeps it for the next one. Compiling is a
 * third of a small check, and Node's own compile cache keeps only what is compiled before a module runs, which is next to nothing.
 */
function runBuild(file) {
  const place = placeToKeep(file);
  const data = place === null ? undefined : readKept(place);
  const script = new vm.Script(`(function (require, __filename) {${fs.readFileSync(file, 'latin1')}\n})`, {
    filename: file,
    cachedData: data,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (place !== null && (data === undefined || script.cachedDataRejected))
    process.once('exit', (code) => {
      if (WORKED.includes(code)) keep(place, script);
    });
  script.runInThisContext()(require, file);
}

/**
 * Where the compiled code of this command is kept. Null when there is no safe place: who can write there can make haunted say
 * anything, so the folder must be the user's own and closed to others.
 */
function placeToKeep(file) {
  const { env } = process;
  const home = env.XDG_CACHE_HOME || (env.HOME && path.join(env.HOME, '.cache'));
  if (!home || !path.isAbsolute(home) || env.NODE_DISABLE_COMPILE_CACHE) return null;
  const folder = path.join(home, 'haunted');
  try {
    const { uid, mode } = fs.lstatSync(folder, { throwIfNoEntry: false }) ?? newFolder(folder);
    if (uid !== process.geteuid() || (mode & 0o077) !== 0) return null;
  } catch {
    // A read-only home costs speed and nothing else.
    return null;
  }
  // V8 itself only compares lengths, and npm gives every file the same mtime: this changes with every installation.
  const { dev, ino, size, ctimeMs } = fs.statSync(file);
  const words = process.argv.slice(2, 4).filter((word) => /^[a-z]{1,12}$/.test(word));
  return path.join(folder, [process.version, process.arch, dev, ino, size, ctimeMs, ...words].join('-'));
}

function newFolder(folder) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return fs.lstatSync(folder);
}

function readKept(place) {
  try {
    return fs.readFileSync(place);
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that no run ever reads half of it. */
function keep(place, script) {
  const folder = path.dirname(place);
  const draft = `${place}.${process.pid}`;
  try {
    const kept = fs.readdirSync(folder);
    if (kept.length >= MOST_KEPT) for (const name of kept) fs.unlinkSync(path.join(folder, name));
    fs.writeFileSync(draft, script.createCachedData(), { flag: 'wx', mode: 0o600 });
    fs.renameSync(draft, place);
  } catch {
    // The verdict stands; the next run compiles again.
  }
}

module.exports = { runBuild };
