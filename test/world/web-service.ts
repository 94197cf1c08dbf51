import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A web service in C whose executable differs for every version: it answers each request with `name@version`, over connections that stay
 * open. Its words are the port, the file for its pid, and the name of its host.
 */
const SOURCE = String.raw`
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static char answer[256];
static int answer_size;
static void *serve(void *arg) {
  int fd = (int)(long)arg, used = 0;
  char text[8192];
  for (;;) {
    ssize_t got = read(fd, text + used, sizeof text - 1 - used);
    if (got <= 0) break;
    used += got;
    text[used] = 0;
    char *end;
    while ((end = strstr(text, "\r\n\r\n"))) {
      int size = (int)(end + 4 - text);
      if (write(fd, answer, answer_size) < 0) goto out;
      memmove(text, text + size, used - size + 1);
      used -= size;
    }
    if (used >= (int)sizeof text - 1) break;
  }
out:
  close(fd);
  return 0;
}
int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  answer_size = snprintf(answer, sizeof answer,
    "HTTP/1.1 200 OK\r\nX-Server: %s@" VERSION "\r\nContent-Length: 0\r\n\r\n", argv[3]);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = INADDR_ANY };
  int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) return 3;
  FILE *file = fopen(argv[2], "w");
  fprintf(file, "%d\n", getpid());
  fclose(file);
  for (;;) {
    int fd = accept(listener, 0, 0);
    if (fd < 0) continue;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    pthread_t thread;
    pthread_create(&thread, 0, serve, (void *)(long)fd);
    pthread_detach(thread);
  }
}
`;

/** Builds the service of a version: the path of its executable. */
export function buildWebService(folder: string, version: string): string {
  const file = path.join(folder, `web-${version}`);
  const source = `${file}.c`;
  writeFileSync(source, SOURCE);
  execFileSync('cc', ['-O1', '-w', '-pthread', `-DVERSION="${version}"`, '-o', file, source]);
  return file;
}
