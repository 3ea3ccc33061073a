/*
 * One link, asked for and decoded: what the kernel says of it into a struct, names and addresses as text.
 *
 *   do_link TYPE FLAGS PAYLOAD check          prints index, name, kind, mtu, address, operstate, received bytes
 *   do_link TYPE FLAGS PAYLOAD serve COUNT    COUNT links a round, see bench.h
 */
#include "bench.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdbool.h>

enum { PACING_HORIZON = 66 };	/* IFLA_MAX_PACING_OFFLOAD_HORIZON, which headers before Linux 6.13 lack */
enum { MOST_CONF = 96, MOST_COUNTERS = 64, MOST_NUMBERS = 128, ADDRESS_TEXT = 3 * 32 };

/* IPv6's own numbers of a link: IFLA_AF_SPEC, AF_INET6. */
struct inet6 {
	uint32_t flags;
	uint8_t address_mode;
	char token[INET6_ADDRSTRLEN];
	struct ifla_cacheinfo cacheinfo;
	int32_t conf[MOST_CONF];
	uint64_t counters[MOST_COUNTERS], icmp_counters[MOST_COUNTERS];
};

struct link {
	int32_t index;
	uint16_t type;
	uint32_t flags;
	char name[IFNAMSIZ], qdisc[IFNAMSIZ], kind[IFNAMSIZ], slave_kind[IFNAMSIZ], alias[256];
	char address[ADDRESS_TEXT], broadcast[ADDRESS_TEXT], permanent[ADDRESS_TEXT];
	uint32_t numbers[MOST_NUMBERS];		/* u8 to u32, by attribute */
	uint64_t pacing_horizon;
	struct rtnl_link_stats64 stats64;
	struct rtnl_link_stats stats;
	struct rtnl_link_ifmap map;
	uint32_t xdp_attached;
	uint32_t conf[MOST_CONF];
	struct inet6 inet6;
	const void *kind_data, *slave_data;
};

static _Alignas(struct nlmsghdr) char buffer[BUFFER_SIZE];
static struct request request;
static struct link kept;
static uint32_t sequence;
static unsigned long count = 1;
static int fd;

static void take_text(char *text, size_t size, const struct rtattr *attribute)
{
	size_t length = strnlen(RTA_DATA(attribute), RTA_PAYLOAD(attribute));

	if (length >= size)
		length = size - 1;
	memcpy(text, RTA_DATA(attribute), length);
	text[length] = '\0';
}

static void take_hardware_address(char *text, const struct rtattr *attribute)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = RTA_DATA(attribute);
	size_t length = RTA_PAYLOAD(attribute);

	if (3 * length > ADDRESS_TEXT)
		return;
	for (size_t i = 0; i < length; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
		*text++ = i + 1 < length ? ':' : '\0';
	}
}

static void take_bytes(void *value, size_t size, const struct rtattr *attribute)
{
	memcpy(value, RTA_DATA(attribute), RTA_PAYLOAD(attribute) < size ? RTA_PAYLOAD(attribute) : size);
}

static void take_inet(struct link *link, const struct rtattr *nest)
{
	const struct rtattr *attribute = RTA_DATA(nest);
	int left = RTA_PAYLOAD(nest);

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		if (attribute->rta_type == IFLA_INET_CONF)
			take_bytes(link->conf, sizeof(link->conf), attribute);
}

static void take_inet6(struct inet6 *inet6, const struct rtattr *nest)
{
	const struct rtattr *attribute = RTA_DATA(nest);
	int left = RTA_PAYLOAD(nest);

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		switch (attribute->rta_type) {
		case IFLA_INET6_FLAGS:
			take_bytes(&inet6->flags, sizeof(inet6->flags), attribute);
			break;
		case IFLA_INET6_CACHEINFO:
			take_bytes(&inet6->cacheinfo, sizeof(inet6->cacheinfo), attribute);
			break;
		case IFLA_INET6_CONF:
			take_bytes(inet6->conf, sizeof(inet6->conf), attribute);
			break;
		case IFLA_INET6_STATS:
			take_bytes(inet6->counters, sizeof(inet6->counters), attribute);
			break;
		case IFLA_INET6_ICMP6STATS:
			take_bytes(inet6->icmp_counters, sizeof(inet6->icmp_counters), attribute);
			break;
		case IFLA_INET6_TOKEN:
			if (RTA_PAYLOAD(attribute) == 16)
				inet_ntop(AF_INET6, RTA_DATA(attribute), inet6->token, sizeof(inet6->token));
			break;
		case IFLA_INET6_ADDR_GEN_MODE:
			take_bytes(&inet6->address_mode, sizeof(inet6->address_mode), attribute);
			break;
		}
	}
}

static void take_families(struct link *link, const struct rtattr *nest)
{
	const struct rtattr *attribute = RTA_DATA(nest);
	int left = RTA_PAYLOAD(nest);

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if ((attribute->rta_type & NLA_TYPE_MASK) == AF_INET)
			take_inet(link, attribute);
		else if ((attribute->rta_type & NLA_TYPE_MASK) == AF_INET6)
			take_inet6(&link->inet6, attribute);
	}
}

static void take_kind(struct link *link, const struct rtattr *nest)
{
	const struct rtattr *attribute = RTA_DATA(nest);
	int left = RTA_PAYLOAD(nest);

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		switch (attribute->rta_type & NLA_TYPE_MASK) {
		case IFLA_INFO_KIND:
			take_text(link->kind, sizeof(link->kind), attribute);
			break;
		case IFLA_INFO_SLAVE_KIND:
			take_text(link->slave_kind, sizeof(link->slave_kind), attribute);
			break;
		case IFLA_INFO_DATA:
			link->kind_data = RTA_DATA(attribute);
			break;
		case IFLA_INFO_SLAVE_DATA:
			link->slave_data = RTA_DATA(attribute);
			break;
		}
	}
}

static void take_xdp(struct link *link, const struct rtattr *nest)
{
	const struct rtattr *attribute = RTA_DATA(nest);
	int left = RTA_PAYLOAD(nest);

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		if (attribute->rta_type == IFLA_XDP_ATTACHED)
			take_bytes(&link->xdp_attached, 1, attribute);
}

static void take_attribute(struct link *link, const struct rtattr *attribute)
{
	int type = attribute->rta_type & NLA_TYPE_MASK;

	switch (type) {
	case IFLA_IFNAME:
		take_text(link->name, sizeof(link->name), attribute);
		break;
	case IFLA_QDISC:
		take_text(link->qdisc, sizeof(link->qdisc), attribute);
		break;
	case IFLA_IFALIAS:
		take_text(link->alias, sizeof(link->alias), attribute);
		break;
	case IFLA_ADDRESS:
		take_hardware_address(link->address, attribute);
		break;
	case IFLA_BROADCAST:
		take_hardware_address(link->broadcast, attribute);
		break;
	case IFLA_PERM_ADDRESS:
		take_hardware_address(link->permanent, attribute);
		break;
	case IFLA_STATS64:
		take_bytes(&link->stats64, sizeof(link->stats64), attribute);
		break;
	case IFLA_STATS:
		take_bytes(&link->stats, sizeof(link->stats), attribute);
		break;
	case IFLA_MAP:
		take_bytes(&link->map, sizeof(link->map), attribute);
		break;
	case PACING_HORIZON:
		take_bytes(&link->pacing_horizon, sizeof(link->pacing_horizon), attribute);
		break;
	case IFLA_XDP:
		take_xdp(link, attribute);
		break;
	case IFLA_LINKINFO:
		take_kind(link, attribute);
		break;
	case IFLA_AF_SPEC:
		take_families(link, attribute);
		break;
	default:
		if (type < MOST_NUMBERS)
			take_bytes(&link->numbers[type], sizeof(link->numbers[type]), attribute);
	}
}

static void take_link(struct link *link, const struct nlmsghdr *header)
{
	const struct ifinfomsg *message = NLMSG_DATA(header);
	const struct rtattr *attribute = IFLA_RTA(message);
	int left = IFLA_PAYLOAD(header);

	memset(link, 0, sizeof(*link));
	link->index = message->ifi_index;
	link->type = message->ifi_type;
	link->flags = message->ifi_flags;
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		take_attribute(link, attribute);
}

static void ask(void)
{
	struct nlmsghdr *header = (struct nlmsghdr *)request.data;
	const struct nlmsghdr *answer = (const struct nlmsghdr *)buffer;
	ssize_t size;

	header->nlmsg_seq = ++sequence;
	if (send(fd, request.data, request.size, 0) != (ssize_t)request.size)
		fail("send: %s", strerror(errno));
	size = recv(fd, buffer, sizeof(buffer), MSG_TRUNC);
	if (size < 0)
		fail("recv: %s", strerror(errno));
	if (!NLMSG_OK(answer, (int)size) || size > BUFFER_SIZE || answer->nlmsg_seq != sequence)
		fail("an answer of %zd bytes", size);
	if (answer->nlmsg_type == NLMSG_ERROR)
		check_error(answer);
	if (answer->nlmsg_type != RTM_NEWLINK || answer->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		fail("an answer of type %u", answer->nlmsg_type);
	take_link(&kept, answer);
	__asm__ volatile("" : : "r"(&kept) : "memory");	/* nobody reads it, and it is to be written all the same */
}

static void work(void)
{
	for (unsigned long i = 0; i < count; i++)
		ask();
}

int main(int argc, char **argv)
{
	bool check = argc == 5 && !strcmp(argv[4], "check");

	if (!check && argc != 6)
		fail("usage: do_link TYPE FLAGS PAYLOAD check | serve COUNT");
	make_request(&request, argv + 1);
	fd = open_socket(NETLINK_ROUTE);
	ask();
	if (check) {
		printf("%d %s %s %u %s %u %llu\n", kept.index, kept.name, kept.kind, kept.numbers[IFLA_MTU],
		       kept.address, kept.numbers[IFLA_OPERSTATE], (unsigned long long)kept.stats64.rx_bytes);
		return 0;
	}
	count = number(argv[5]);
	serve(work);
	return 0;
}
