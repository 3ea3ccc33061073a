/*
 * What an IPv4 route dump costs without Python: the yardstick of this benchmark.
 *
 *   null_reader null  [--expect N] [--repeat R] [--runs K]    receive and discard
 *   null_reader parse [--expect N] [--repeat R] [--runs K]    every attribute of every route into a struct
 *
 * One run is R dumps, timed together; K runs are made, after one dump that is counted and not timed.
 * Prints one JSON object: messages and bytes of a dump, and the nanoseconds a message of each run.
 * Exits with 1, and says why, when a dump holds another number of messages than N, or changes between runs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
	BUFFER_SIZE = 32768,	/* the largest datagram a dump makes */
	TIMEOUT_SECONDS = 10,
};

struct dump {
	uint64_t messages;
	uint64_t bytes;
};

/* One route, as a program that uses routes would keep it. Addresses are in network byte order. */
struct route {
	uint8_t destination_length, source_length, tos, protocol, scope, type;
	uint32_t flags, table, priority;
	uint32_t destination, source, preferred_source, gateway;
	uint32_t oif, iif, mark;
	uint32_t metrics[RTAX_MAX + 1];
	uint32_t next_hops;
};

typedef bool (*receiver)(const char *data, size_t size, struct dump *dump);

static _Alignas(struct nlmsghdr) char buffer[BUFFER_SIZE];
static uint32_t sequence;
static volatile uint32_t sink;	/* keeps the compiler from dropping work whose result nobody reads */

static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("null_reader: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	struct timeval timeout = { .tv_sec = TIMEOUT_SECONDS };
	int on = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		fail("socket: %s", strerror(errno));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("bind: %s", strerror(errno));
	if (setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on)) < 0)
		fail("NETLINK_GET_STRICT_CHK: %s", strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0)
		fail("SO_RCVTIMEO: %s", strerror(errno));
	return fd;
}

static void request_dump(int fd)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
	} request = {
		.header.nlmsg_len = sizeof(request),
		.header.nlmsg_type = RTM_GETROUTE,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.header.nlmsg_seq = ++sequence,
		.route.rtm_family = AF_INET,
	};

	if (send(fd, &request, sizeof(request), 0) != (ssize_t)sizeof(request))
		fail("send: %s", strerror(errno));
}

static void check_done(const struct nlmsghdr *header)
{
	int error = 0;

	if (header->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
		memcpy(&error, NLMSG_DATA(header), sizeof(error));
	if (error)
		fail("the kernel ended the dump: %s", strerror(-error));
}

/*
 * NLMSG_DONE comes alone or as the last message of the last datagram: a header and an int. Looking only
 * there keeps this reader from touching what it discards.
 */
static bool receive_null(const char *data, size_t size, struct dump *dump)
{
	struct nlmsghdr header;

	(void)dump;
	memcpy(&header, data, sizeof(header));
	if (header.nlmsg_type == NLMSG_ERROR)
		check_done((const struct nlmsghdr *)data);
	if (header.nlmsg_type == NLMSG_DONE)
		return true;
	if (size < NLMSG_LENGTH(sizeof(int)))
		return false;
	memcpy(&header, data + size - NLMSG_LENGTH(sizeof(int)), sizeof(header));
	return header.nlmsg_len == NLMSG_LENGTH(sizeof(int)) && header.nlmsg_type == NLMSG_DONE &&
	       header.nlmsg_seq == sequence;
}

static void parse_metrics(struct route *route, const struct rtattr *nest)
{
	const struct rtattr *metric = RTA_DATA(nest);
	int left = RTA_PAYLOAD(nest);

	for (; RTA_OK(metric, left); metric = RTA_NEXT(metric, left))
		if (metric->rta_type <= RTAX_MAX && RTA_PAYLOAD(metric) >= sizeof(uint32_t))
			memcpy(&route->metrics[metric->rta_type], RTA_DATA(metric), sizeof(uint32_t));
}

static uint32_t count_next_hops(const struct rtattr *multipath)
{
	const struct rtnexthop *hop = RTA_DATA(multipath);
	int left = RTA_PAYLOAD(multipath);
	uint32_t count = 0;

	for (; RTNH_OK(hop, left); hop = RTNH_NEXT(hop)) {
		count++;
		left -= RTNH_ALIGN(hop->rtnh_len);
	}
	return count;
}

static void take_u32(uint32_t *value, const struct rtattr *attribute)
{
	if (attribute && RTA_PAYLOAD(attribute) >= sizeof(*value))
		memcpy(value, RTA_DATA(attribute), sizeof(*value));
}

/* In two steps, as libmnl's users do: index the attributes by type, then read those that are there. */
static void parse_route(struct route *route, const struct nlmsghdr *header)
{
	const struct rtattr *attributes[RTA_MAX + 1] = { NULL };
	const struct rtmsg *message = NLMSG_DATA(header);
	const struct rtattr *attribute = RTM_RTA(message);
	int left = RTM_PAYLOAD(header);

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		if (attribute->rta_type <= RTA_MAX)
			attributes[attribute->rta_type] = attribute;

	*route = (struct route){
		.destination_length = message->rtm_dst_len,
		.source_length = message->rtm_src_len,
		.tos = message->rtm_tos,
		.protocol = message->rtm_protocol,
		.scope = message->rtm_scope,
		.type = message->rtm_type,
		.flags = message->rtm_flags,
		.table = message->rtm_table,
	};
	take_u32(&route->table, attributes[RTA_TABLE]);
	take_u32(&route->priority, attributes[RTA_PRIORITY]);
	take_u32(&route->destination, attributes[RTA_DST]);
	take_u32(&route->source, attributes[RTA_SRC]);
	take_u32(&route->preferred_source, attributes[RTA_PREFSRC]);
	take_u32(&route->gateway, attributes[RTA_GATEWAY]);
	take_u32(&route->oif, attributes[RTA_OIF]);
	take_u32(&route->iif, attributes[RTA_IIF]);
	take_u32(&route->mark, attributes[RTA_MARK]);
	if (attributes[RTA_METRICS])
		parse_metrics(route, attributes[RTA_METRICS]);
	if (attributes[RTA_MULTIPATH])
		route->next_hops = count_next_hops(attributes[RTA_MULTIPATH]);
}

static bool receive_parse(const char *data, size_t size, struct dump *dump)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)data;
	struct route route;
	int left = (int)size;

	for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
			check_done(header);
			return true;
		}
		if (header->nlmsg_flags & NLM_F_DUMP_INTR)
			fail("the routes changed during the dump");
		if (header->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtmsg)))
			fail("a message is too short for a route");
		parse_route(&route, header);
		sink += route.destination ^ route.gateway ^ route.oif ^ route.metrics[RTAX_MTU] ^ route.next_hops;
		dump->messages++;
	}
	return false;
}

static struct dump run_dump(int fd, receiver receive)
{
	struct dump dump = { 0 };
	bool done = false;

	request_dump(fd);
	while (!done) {
		ssize_t size = recv(fd, buffer, sizeof(buffer), MSG_TRUNC);

		if (size < 0)
			fail("recv: %s", strerror(errno));
		if (size < (ssize_t)sizeof(struct nlmsghdr) || size > BUFFER_SIZE)
			fail("a datagram of %zd bytes", size);
		dump.bytes += (uint64_t)size;
		done = receive(buffer, (size_t)size, &dump);
	}
	return dump;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end)
		fail("not a number: %s", text);
	return value;
}

int main(int argc, char **argv)
{
	unsigned long expect = 0, repeat = 1, runs = 5;
	receiver receive = NULL;
	struct dump counted;
	int fd;

	if (argc > 1 && !strcmp(argv[1], "null"))
		receive = receive_null;
	else if (argc > 1 && !strcmp(argv[1], "parse"))
		receive = receive_parse;
	if (!receive || argc % 2)
		fail("usage: null_reader null|parse [--expect N] [--repeat R] [--runs K]");
	for (int i = 2; i < argc; i += 2) {
		if (!strcmp(argv[i], "--expect"))
			expect = number(argv[i + 1]);
		else if (!strcmp(argv[i], "--repeat"))
			repeat = number(argv[i + 1]);
		else if (!strcmp(argv[i], "--runs"))
			runs = number(argv[i + 1]);
		else
			fail("unknown option: %s", argv[i]);
	}

	fd = open_socket();
	counted = run_dump(fd, receive_parse);
	if (expect && counted.messages != expect)
		fail("%llu messages, not %lu", (unsigned long long)counted.messages, expect);
	if (!counted.messages)
		fail("there are no routes to read");

	printf("{\"mode\": \"%s\", \"messages\": %llu, \"bytes\": %llu, \"repeat\": %lu, \"ns_per_message\": [",
	       argv[1], (unsigned long long)counted.messages, (unsigned long long)counted.bytes, repeat);
	for (unsigned long run = 0; run < runs; run++) {
		double start = seconds_now(), elapsed;

		for (unsigned long i = 0; i < repeat; i++)
			if (run_dump(fd, receive).bytes != counted.bytes)
				fail("a dump of another size: the routes changed");
		elapsed = seconds_now() - start;
		printf("%s%.2f", run ? ", " : "", elapsed * 1e9 / ((double)repeat * (double)counted.messages));
	}
	puts("]}");
	close(fd);
	return 0;
}
