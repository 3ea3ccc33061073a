/*
 * What adding IPv4 routes in batches costs without Python: the yardstick for netlynx's batches.
 *
 *   batch_writer [--routes N] [--window W] [--runs K] [--device NAME] [--first NUMBER]
 *
 * One run adds N routes (the /32s from 10.0.0.0 on, by way of 192.0.2.1 on the device, declared on-link), W messages
 * to a datagram, and waits for one ACK a datagram: only its last message asks for one, and the kernel reports an error
 * of any message unasked. The routes are then counted with a dump, which must find N of them, and removed, untimed.
 * --window 1 is one ACK a route. Without --window several are tried and the fastest is told.
 *
 * The device must be there and up, and no route of 10.0.0.0/8 may be. Prints one JSON object:
 *   {"messages": N, "windows": [{"window": W, "messages_per_second": [...]}, ...], "window": ..., "messages_per_second": ...}
 * of which the last two are the window with the best median, and that median.
 * Exits with 1, and says why, when the kernel refuses a route or the count is another one.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
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
	RECEIVE_SIZE = 65536,	/* more than a datagram of errors or of a dump takes */
	LARGEST_WINDOW = 1024,
	MOST_RUNS = 1000,
	TIMEOUT_SECONDS = 10,
};

/* The message of one route; attributes of four bytes need no padding. */
struct message {
	struct nlmsghdr header;
	struct rtmsg route;
	struct {
		struct rtattr header;
		uint32_t value;
	} destination, gateway, oif;
};

static struct message datagram[LARGEST_WINDOW];
static _Alignas(struct nlmsghdr) char received[RECEIVE_SIZE];
static double rates[MOST_RUNS];
static uint32_t sequence;
static int fd;

static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("batch_writer: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

static void open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	struct timeval timeout = { .tv_sec = TIMEOUT_SECONDS };
	int on = 1;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		fail("socket: %s", strerror(errno));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("bind: %s", strerror(errno));
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) < 0)
		fail("NETLINK_EXT_ACK: %s", strerror(errno));
	if (setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) < 0)
		fail("NETLINK_CAP_ACK: %s", strerror(errno));
	if (setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on)) < 0)
		fail("NETLINK_GET_STRICT_CHK: %s", strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0)
		fail("SO_RCVTIMEO: %s", strerror(errno));
}

static void send_all(const void *data, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(fd, data, size, 0, (struct sockaddr *)&kernel, sizeof(kernel)) != (ssize_t)size)
		fail("send: %s", strerror(errno));
}

static ssize_t receive(void)
{
	ssize_t size = recv(fd, received, sizeof(received), 0);

	if (size < 0)
		fail("recv: %s", strerror(errno));
	return size;
}

static void fill(struct message *message, uint16_t type, uint16_t flags, uint32_t number, uint32_t oif)
{
	*message = (struct message){
		.header.nlmsg_len = sizeof(*message),
		.header.nlmsg_type = type,
		.header.nlmsg_flags = NLM_F_REQUEST | flags,
		.header.nlmsg_seq = ++sequence,
		.route.rtm_family = AF_INET,
		.route.rtm_dst_len = 32,
		.route.rtm_table = RT_TABLE_MAIN,
		.route.rtm_protocol = RTPROT_STATIC,
		.route.rtm_scope = RT_SCOPE_UNIVERSE,
		.route.rtm_type = RTN_UNICAST,
		.route.rtm_flags = RTNH_F_ONLINK,
		.destination = { { sizeof(message->destination), RTA_DST }, htonl(0x0a000000 + number) },
		.gateway = { { sizeof(message->gateway), RTA_GATEWAY }, htonl(0xc0000201) },
		.oif = { { sizeof(message->oif), RTA_OIF }, oif },
	};
}

/* Until the last message of the datagram is acknowledged. */
static void await_acknowledgement(void)
{
	for (;;) {
		int left = (int)receive();

		for (struct nlmsghdr *header = (struct nlmsghdr *)received; NLMSG_OK(header, left);
		     header = NLMSG_NEXT(header, left)) {
			const struct nlmsgerr *answer = NLMSG_DATA(header);

			if (header->nlmsg_type != NLMSG_ERROR)
				fail("a message of type %u came", header->nlmsg_type);
			if (answer->error)
				fail("message %u was refused: %s", header->nlmsg_seq, strerror(-answer->error));
			if (header->nlmsg_seq == sequence)
				return;
		}
	}
}

static void write_routes(uint16_t type, uint16_t flags, uint32_t first, uint32_t routes, uint32_t oif, uint32_t window)
{
	for (uint32_t done = 0; done < routes; done += window) {
		uint32_t count = routes - done < window ? routes - done : window;

		for (uint32_t i = 0; i < count; i++)
			fill(&datagram[i], type, flags, first + done + i, oif);
		datagram[count - 1].header.nlmsg_flags |= NLM_F_ACK;
		send_all(datagram, count * sizeof(datagram[0]));
		await_acknowledgement();
	}
}

/* How many routes of 10.0.0.0/8 with a 32-bit prefix the kernel has. */
static uint32_t count_routes(void)
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
		.route.rtm_table = RT_TABLE_MAIN,
	};
	uint32_t count = 0;

	send_all(&request, sizeof(request));
	for (;;) {
		int left = (int)receive();

		for (struct nlmsghdr *header = (struct nlmsghdr *)received; NLMSG_OK(header, left);
		     header = NLMSG_NEXT(header, left)) {
			const struct rtmsg *route = NLMSG_DATA(header);
			const struct rtattr *attribute = RTM_RTA(route);
			int rest = RTM_PAYLOAD(header);

			if (header->nlmsg_type == NLMSG_DONE)
				return count;
			if (header->nlmsg_type != RTM_NEWROUTE)
				fail("a message of type %u came in the dump", header->nlmsg_type);
			for (; RTA_OK(attribute, rest); attribute = RTA_NEXT(attribute, rest))
				if (attribute->rta_type == RTA_DST && route->rtm_dst_len == 32)
					count += *(const unsigned char *)RTA_DATA(attribute) == 10;
		}
	}
}

static double run(uint32_t first, uint32_t routes, uint32_t oif, uint32_t window)
{
	struct timespec start, end;
	uint32_t found;
	double seconds;

	clock_gettime(CLOCK_MONOTONIC, &start);
	write_routes(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, first, routes, oif, window);
	clock_gettime(CLOCK_MONOTONIC, &end);
	found = count_routes();
	if (found != routes)
		fail("the kernel has %u routes, not %u", found, routes);
	write_routes(RTM_DELROUTE, 0, first, routes, oif, 128);
	seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	return routes / seconds;
}

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double measure(uint32_t first, uint32_t routes, uint32_t oif, uint32_t window, uint32_t runs)
{
	for (uint32_t i = 0; i < runs; i++)
		rates[i] = run(first, routes, oif, window);
	printf("{\"window\": %u, \"messages_per_second\": [", window);
	for (uint32_t i = 0; i < runs; i++)
		printf("%s%.0f", i ? ", " : "", rates[i]);
	printf("]}");
	qsort(rates, runs, sizeof(rates[0]), ascending);
	return runs % 2 ? rates[runs / 2] : (rates[runs / 2 - 1] + rates[runs / 2]) / 2;
}

static uint32_t number(const char *option, const char *text, uint32_t most)
{
	char *end = NULL;
	unsigned long value = text ? strtoul(text, &end, 10) : 0;

	if (!text || *end || value < 1 || value > most)
		fail("%s takes a number from 1 to %u", option, most);
	return (uint32_t)value;
}

int main(int argc, char **argv)
{
	static const uint32_t usual[] = { 1, 8, 32, 64, 128, 256, 512, LARGEST_WINDOW };
	uint32_t routes = 100000, window = 0, runs = 3, first = 0, oif, best = 0;
	const char *device = "bench0";
	double best_rate = 0;

	for (int i = 1; i < argc; i += 2) {
		const char *value = argv[i + 1];

		if (!strcmp(argv[i], "--routes"))
			routes = number(argv[i], value, 1 << 24);
		else if (!strcmp(argv[i], "--window"))
			window = number(argv[i], value, LARGEST_WINDOW);
		else if (!strcmp(argv[i], "--runs"))
			runs = number(argv[i], value, MOST_RUNS);
		else if (!strcmp(argv[i], "--first"))
			first = number(argv[i], value, (1 << 24) - 1);
		else if (!strcmp(argv[i], "--device") && value)
			device = value;
		else
			fail("%s: unknown; see the top of batch_writer.c", argv[i]);
	}
	if (first > (1 << 24) - routes)
		fail("10.0.0.0/8 has not so many addresses from %u on", first);
	oif = if_nametoindex(device);
	if (!oif)
		fail("there is no device %s", device);
	open_socket();
	if (count_routes())
		fail("there are routes of 10.0.0.0/8 already");
	write_routes(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, first, routes, oif, 128);	/* warms up */
	write_routes(RTM_DELROUTE, 0, first, routes, oif, 128);

	printf("{\"messages\": %u, \"windows\": [", routes);
	for (size_t i = 0; i < (window ? 1 : sizeof(usual) / sizeof(usual[0])); i++) {
		uint32_t tried = window ? window : usual[i];
		double rate;

		if (i)
			printf(", ");
		rate = measure(first, routes, oif, tried, runs);
		if (rate > best_rate) {
			best_rate = rate;
			best = tried;
		}
	}
	printf("], \"window\": %u, \"messages_per_second\": %.0f}\n", best, best_rate);
	return 0;
}
