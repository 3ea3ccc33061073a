/*
 * Makes the kernel announce routes: adds the /28 networks of 10.0.0.0/8 one by one, then deletes them, and so on.
 *
 *   event_source OIF SPAN    SPAN routes are added before they are deleted, reached by interface OIF
 *
 * For each line "COUNT RATE" on standard input it makes COUNT changes, RATE a second (0: as many as it can), and
 * prints the seconds this took. The routes themselves lead nowhere: only their notifications matter.
 */
#include "bench.h"

#include <arpa/inet.h>

enum { AT_ONCE = 64 };	/* changes in a datagram */

struct change {
	struct nlmsghdr header;
	struct rtmsg route;
	struct rtattr destination;
	uint32_t network;
	struct rtattr device;
	uint32_t oif;
};

static struct change changes[AT_ONCE];
static uint32_t oif, span, position, sequence;
static int fd;

static void put(struct change *change)
{
	int adding = position < span;

	*change = (struct change){
		.header = {
			.nlmsg_len = sizeof(*change),
			.nlmsg_type = adding ? RTM_NEWROUTE : RTM_DELROUTE,
			.nlmsg_flags = NLM_F_REQUEST | (adding ? NLM_F_CREATE | NLM_F_EXCL : 0),
			.nlmsg_seq = ++sequence,
		},
		.route = {
			.rtm_family = AF_INET,
			.rtm_dst_len = 28,
			.rtm_table = RT_TABLE_MAIN,
			.rtm_protocol = RTPROT_STATIC,
			.rtm_scope = RT_SCOPE_LINK,
			.rtm_type = RTN_UNICAST,
		},
		.destination = { .rta_len = RTA_LENGTH(4), .rta_type = RTA_DST },
		.network = htonl(0x0a000000u + (position % span << 4)),
		.device = { .rta_len = RTA_LENGTH(4), .rta_type = RTA_OIF },
		.oif = oif,
	};
	position = (position + 1) % (2 * span);
}

/* Only the last change asks for an acknowledgement; an error comes for any, whether it asked or not. */
static void make(uint32_t count)
{
	_Alignas(struct nlmsghdr) char buffer[1024];
	const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;

	for (uint32_t i = 0; i < count; i++)
		put(&changes[i]);
	changes[count - 1].header.nlmsg_flags |= NLM_F_ACK;
	if (send(fd, changes, count * sizeof(*changes), 0) < 0)
		fail("event_source: send: %s", strerror(errno));
	if (recv(fd, buffer, sizeof(buffer), 0) < (ssize_t)NLMSG_LENGTH(sizeof(int)))
		fail("event_source: no acknowledgement: %s", strerror(errno));
	check_error(header);
}

static void wait_until(double moment)
{
	double left = moment - seconds_now();
	struct timespec pause = { .tv_nsec = (long)(left * 1e9) };

	if (left > 0.0001)
		nanosleep(&pause, NULL);
}

static double run(uint32_t count, uint32_t rate)
{
	double start = seconds_now();

	for (uint32_t made = 0; made < count;) {
		uint32_t now = count - made < AT_ONCE ? count - made : AT_ONCE;

		if (rate)
			wait_until(start + (double)made / rate);
		make(now);
		made += now;
	}
	return seconds_now() - start;
}

int main(int argc, char **argv)
{
	unsigned int count, rate;

	if (argc != 3)
		fail("usage: event_source OIF SPAN");
	oif = (uint32_t)number(argv[1]);
	span = (uint32_t)number(argv[2]);
	if (!span || span > 1u << 20)
		fail("event_source: 1 to %u routes", 1u << 20);
	fd = open_socket(NETLINK_ROUTE);
	while (scanf("%u %u", &count, &rate) == 2) {
		printf("%.9f\n", run(count, rate));
		fflush(stdout);
	}
	return 0;
}
