/*
 * Runs one fuzz entry on files, in place of the fuzzer: crashes that were found stay found.
 *
 * usage: fuzz_NAME FILE_OR_DIRECTORY...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        return 0;
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    size_t length = fread(data, 1, size > 0 ? (size_t)size : 0, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, length);
    free(data);
    return 1;
}

static int replay(const char *path)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return replay_file(path);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        count += replay_file(name);
    }
    closedir(directory);
    return count;
}

int main(int count, char **arguments)
{
    int replayed = 0;
    for (int i = 1; i < count; i++)
        replayed += replay(arguments[i]);
    printf("%d inputs\n", replayed);
    return replayed > 0 ? 0 : 1;
}
