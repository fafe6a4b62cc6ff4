/* write_floor files|jsonl COUNT SIZE DIR: what keeping events costs at least: as many bytes written by nobody but C. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 5 || chdir(argv[4]) != 0) return 2;
    long count = atol(argv[2]), size = atol(argv[3]);
    char *bytes = malloc(size), name[64];
    memset(bytes, 'x', size);
    int is_files = strcmp(argv[1], "files") == 0;
    int fd = is_files ? -1 : open("events.jsonl", O_WRONLY | O_CREAT | O_EXCL, 0600);
    for (long n = 1; n <= count; n++) {
        if (is_files) fd = open("aside", O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (write(fd, bytes, size) != size) return 1;
        if (!is_files) continue;
        close(fd);
        snprintf(name, sizeof name, "%ld-00000000-0000-4000-8000-%012ld.json", n, n);
        if (rename("aside", name) != 0) return 1;
    }
    return 0;
}
