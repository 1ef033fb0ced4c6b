// Command requests is what our client and our operator run beside: nothing but libcurl's multi interface, HTTP/2 on
// one connection, so many requests at a time.
//
//   requests SERVER CA CERTIFICATE KEY CONCURRENCY
//
// Each line on stdin names a file of requests: method, path, content type and body, with tabs between them, one a
// line. An empty line waits until all before it are answered. The answer is one line: the seconds all took, and how
// many were not answered with success.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct request {
    char *method, *path, *type, *body;
};

struct slot {
    CURL *easy;
    struct curl_slist *headers;
    char *answer;
    size_t length, capacity;
};

static const char *server;
static CURLM *multi;
static struct slot *slots;
static int slot_count;

static void fail(const char *what) {
    fprintf(stderr, "requests: %s\n", what);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
    struct slot *slot = context;
    size_t length = size * count;
    if (slot->length + length > slot->capacity) {
        slot->capacity = 2 * (slot->length + length);
        slot->answer = realloc(slot->answer, slot->capacity);
        if (!slot->answer) fail("out of memory");
    }
    memcpy(slot->answer + slot->length, bytes, length);
    slot->length += length;
    return length;
}

static void prepare(struct slot *slot, char **arguments) {
    slot->easy = curl_easy_init();
    if (!slot->easy) fail("libcurl gives no handle");
    curl_easy_setopt(slot->easy, CURLOPT_CAINFO, arguments[2]);
    curl_easy_setopt(slot->easy, CURLOPT_SSLCERT, arguments[3]);
    curl_easy_setopt(slot->easy, CURLOPT_SSLKEY, arguments[4]);
    curl_easy_setopt(slot->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(slot->easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(slot->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
}

static void begin(struct slot *slot, const struct request *request) {
    char text[2048];
    slot->length = 0;
    snprintf(text, sizeof text, "%s%s", server, request->path);
    curl_easy_setopt(slot->easy, CURLOPT_URL, text);
    curl_easy_setopt(slot->easy, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(request->body));
    curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, request->body);
    curl_slist_free_all(slot->headers);
    snprintf(text, sizeof text, "Content-Type: %s", request->type);
    slot->headers = curl_slist_append(curl_slist_append(NULL, text), "Accept: application/json");
    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
    if (curl_multi_add_handle(multi, slot->easy) != CURLM_OK) fail("libcurl takes no request");
}

// Sends requests from the first to before the last, and returns how many failed.
static int send_all(const struct request *first, const struct request *last) {
    int failures = 0, running = 0;
    for (int index = 0; index < slot_count && first < last; index++, running++) begin(&slots[index], first++);
    while (running > 0) {
        int count;
        curl_multi_perform(multi, &count);
        for (CURLMsg *message; (message = curl_multi_info_read(multi, &count));) {
            struct slot *slot;
            long status = 0;
            CURLcode code = message->data.result;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
            curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
            curl_multi_remove_handle(multi, slot->easy);
            if (code != CURLE_OK || status < 200 || status >= 300) {
                if (failures++ == 0)
                    fprintf(stderr, "requests: %s, status %ld: %.*s\n", curl_easy_strerror(code), status,
                            (int)slot->length, slot->answer ? slot->answer : "");
            }
            if (first < last) begin(slot, first++);
            else running--;
        }
        if (running > 0) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    return failures;
}

static char *field(char **rest, char end) {
    char *start = *rest, *stop = strchr(start, end);
    if (!stop) fail("a request has four fields, with tabs between them");
    *stop = 0;
    *rest = stop + 1;
    return start;
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) fail("cannot read the file of requests");
    size_t length = (size_t)ftell(file);
    char *text = malloc(length + 1);
    rewind(file);
    if (!text || fread(text, 1, length, file) != length) fail("cannot read the file of requests");
    text[length] = 0;
    fclose(file);
    return text;
}

static void run(const char *path) {
    char *text = read_file(path), *rest = text;
    size_t lines = 1, count = 0;
    for (char *byte = text; *byte; byte++) lines += *byte == '\n';
    struct request *requests = calloc(lines, sizeof *requests);
    if (!requests) fail("out of memory");
    while (*rest) {
        if (*rest == '\n') {
            rest++;
            count++;
            continue;
        }
        struct request *request = &requests[count++];
        request->method = field(&rest, '\t');
        request->path = field(&rest, '\t');
        request->type = field(&rest, '\t');
        request->body = field(&rest, '\n');
    }
    int failures = 0;
    double start = now();
    for (size_t first = 0, last; first < count; first = last + 1) {
        for (last = first; last < count && requests[last].method;) last++;
        failures += send_all(requests + first, requests + last);
    }
    printf("%.6f %d\n", now() - start, failures);
    fflush(stdout);
    free(requests);
    free(text);
}

int main(int count, char **arguments) {
    if (count != 6) fail("usage: requests SERVER CA CERTIFICATE KEY CONCURRENCY");
    server = arguments[1];
    slot_count = atoi(arguments[5]);
    if (slot_count < 1 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) fail("cannot begin");
    multi = curl_multi_init();
    slots = calloc((size_t)slot_count, sizeof *slots);
    if (!multi || !slots) fail("out of memory");
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for (int index = 0; index < slot_count; index++) prepare(&slots[index], arguments);
    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        run(line);
    }
    return 0;
}
