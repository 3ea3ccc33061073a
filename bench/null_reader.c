/*
 * What a dump costs without anything done to it: the yardstick of this benchmark. Receives and discards.
 *
 *   null_reader PROTOCOL TYPE FLAGS PAYLOAD check    prints the messages and the bytes of the dump, one a line
 *   null_reader PROTOCOL TYPE FLAGS PAYLOAD serve    see bench.h
 *
 * With TIMES behind "serve" a round is so many dumps. With MEGABYTES behind that each also has so many MiB of new
 * memory, in huge pages, written to once a page: what it costs to have the memory for a result, whatever is then
 * written there.
 */
#include "bench.h"

#include <stdbool.h>
#include <sys/mman.h>

struct dump {
	uint64_t messages;
	uint64_t bytes;
};

static _Alignas(struct nlmsghdr) char buffer[BUFFER_SIZE];
static struct request request;
static struct dump expected;
static uint32_t sequence;
static unsigned long times = 1;
static size_t megabytes;
static int fd;

/*
 * NLMSG_DONE comes alone or as the last message of the last datagram: a header and an int. Looking only
 * there keeps this reader from touching what it discards.
 */
static bool is_last(size_t size)
{
	struct nlmsghdr header;

	memcpy(&header, buffer, sizeof(header));
	if (header.nlmsg_type == NLMSG_ERROR)
		check_error((const struct nlmsghdr *)buffer);
	if (header.nlmsg_type == NLMSG_DONE)
		return true;
	memcpy(&header, buffer + size - NLMSG_LENGTH(sizeof(int)), sizeof(header));
	return header.nlmsg_len == NLMSG_LENGTH(sizeof(int)) && header.nlmsg_type == NLMSG_DONE &&
	       header.nlmsg_seq == sequence;
}

static uint64_t count_messages(size_t size)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;
	uint64_t count = 0;
	int left = (int)size;

	for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left))
		count += header->nlmsg_type >= NLMSG_MIN_TYPE;
	return count;
}

static struct dump run_dump(bool counting)
{
	struct nlmsghdr *header = (struct nlmsghdr *)request.data;
	struct dump dump = { 0 };
	ssize_t size;

	header->nlmsg_seq = ++sequence;
	if (send(fd, request.data, request.size, 0) != (ssize_t)request.size)
		fail("send: %s", strerror(errno));
	do {
		size = recv(fd, buffer, sizeof(buffer), MSG_TRUNC);
		if (size < 0)
			fail("recv: %s", strerror(errno));
		if (size < (ssize_t)NLMSG_LENGTH(sizeof(int)) || size > BUFFER_SIZE)
			fail("a datagram of %zd bytes", size);
		dump.bytes += (uint64_t)size;
		if (counting)
			dump.messages += count_messages((size_t)size);
	} while (!is_last((size_t)size));
	return dump;
}

/* Huge pages begin at their own size: the address space has one more than is needed. */
static void have_memory(void)
{
	const size_t huge = (size_t)2 << 20, page = 4096;
	size_t size = megabytes << 20;
	char *all = mmap(NULL, size + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *begin;

	if (all == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	begin = (char *)(((uintptr_t)all + huge - 1) & ~(uintptr_t)(huge - 1));
	madvise(begin, size, MADV_HUGEPAGE);
	for (size_t at = 0; at < size; at += page)
		((volatile char *)begin)[at] = 1;
	munmap(all, size + huge);
}

static void work(void)
{
	for (unsigned long i = 0; i < times; i++) {
		if (run_dump(false).bytes != expected.bytes)
			fail("a dump of another size: the table changed");
		if (megabytes)
			have_memory();
	}
}

int main(int argc, char **argv)
{
	if (argc < 6 || argc > 8)
		fail("usage: null_reader PROTOCOL TYPE FLAGS PAYLOAD check|serve [TIMES [MEGABYTES]]");
	if (argc > 6)
		times = number(argv[6]);
	if (argc > 7)
		megabytes = number(argv[7]);
	make_request(&request, argv + 2);
	fd = open_socket((int)number(argv[1]));
	run_dump(false);	/* the kernel makes larger datagrams from then on, and fewer messages of what it packs */
	expected = run_dump(true);
	if (!strcmp(argv[5], "check"))
		printf("%llu\n%llu\n", (unsigned long long)expected.messages, (unsigned long long)expected.bytes);
	else
		serve(work);
	return 0;
}
