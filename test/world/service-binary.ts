import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** How to start a built service: the program, and the words that come before its own. */
export type ServiceBinary = { readonly file: string; readonly words: readonly string[] };

/**
 * The service of these tests, in C. It says "ready PORT" and ends when its stdin closes, so that no test leaves one behind;
 * a line on stdin makes it exec the file named there. Its workers die with it.
 */
const SOURCE = String.raw`
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
const char *version = VERSION;
int main(int argc, char **argv) {
  int port = 0;
  for (int at = 1; at + 1 < argc; at += 2) {
    if (!strcmp(argv[at], "name")) prctl(PR_SET_NAME, argv[at + 1]);
    if (!strcmp(argv[at], "listen")) {
      struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[at + 1])) };
      socklen_t size = sizeof address;
      int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 8)) return 3;
      getsockname(fd, (struct sockaddr *)&address, &size);
      port = ntohs(address.sin_port);
    }
    if (!strcmp(argv[at], "workers"))
      for (int n = atoi(argv[at + 1]); n > 0; n--)
        if (!fork()) { prctl(PR_SET_PDEATHSIG, SIGKILL); for (;;) pause(); }
    if (!strcmp(argv[at], "worker-of")) {
      if (!fork()) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(argv[at + 1], argv[at + 1], "asleep", "yes", (char *)0);
        _exit(4);
      }
      usleep(100000);
    }
    if (!strcmp(argv[at], "asleep")) for (;;) pause();
  }
  printf("ready %d\n", port);
  fflush(stdout);
  char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    execl(line, line, (char *)0);
  }
  return 0;
}
`;

/** The same in JavaScript, for a copy of node where there is no C compiler. It cannot exec. */
const SCRIPT = `
const words = process.argv.slice(1);
const end = (port) => { console.log('ready ' + port); process.stdin.resume().on('end', () => process.exit(0)); };
let port = null;
for (let at = 0; at + 1 < words.length; at += 2) {
  if (words[at] === 'name') process.title = words[at + 1];
  if (words[at] === 'listen') port = Number(words[at + 1]);
  if (words[at] === 'workers' || words[at] === 'worker-of') {
    const file = words[at] === 'workers' ? process.execPath : words[at + 1];
    const count = words[at] === 'workers' ? Number(words[at + 1]) : 1;
    for (let n = 0; n < count; n += 1) {
      const child = require('child_process').spawn(file, ['-e', 'process.stdin.resume().on("end", () => process.exit(0))'], { stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.on('error', () => {});
    }
  }
}
if (port === null) end(0);
else { const server = require('net').createServer(); server.listen(port, '127.0.0.1', () => end(server.address().port)); }
`;

/** Whether this machine can compile; without it the slower stand-in is used. */
export const HAS_COMPILER = canRun('cc');

/** Builds a service whose executable differs for every `version`. */
export function buildService(folder: string, version: string): ServiceBinary {
  const file = path.join(folder, `build-${version}`);
  if (!HAS_COMPILER) {
    copyFileSync(process.execPath, file);
    appendFileSync(file, version);
    chmodSync(file, 0o755);
    return { file, words: ['-e', SCRIPT, '--'] };
  }
  const source = path.join(folder, `${version}.c`);
  writeFileSync(source, SOURCE);
  execFileSync('cc', ['-O1', '-w', `-DVERSION="${version}"`, '-o', file, source]);
  return { file, words: [] };
}

function canRun(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
