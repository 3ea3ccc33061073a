/*
 * Routes with libmnl, as a careful C program reads them: every attribute of every route into a struct.
 *
 *   mnl_reader TYPE FLAGS PAYLOAD check    prints one line a route: destination gateway oif metric mtu hops encap
 *   mnl_reader TYPE FLAGS PAYLOAD serve    see bench.h
 */
#include "bench.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>
#include <stdbool.h>
#include <stddef.h>

enum { MOST_HOPS = 16, MOST_ENCAP = 512 };

struct address {
	uint8_t bytes[16];
	uint8_t length;		/* 0: absent */
};

struct next_hop {
	uint8_t flags, weight;
	uint32_t oif;
	uint16_t encap_type;
	struct address gateway;
};

/* One route, as a program that uses routes would keep it. Addresses are in network byte order. */
struct route {
	uint8_t family, destination_length, source_length, tos, protocol, scope, type, preference, ttl_propagate;
	uint32_t flags, table, priority, oif, iif, mark, nexthop_id, realms, expires;
	struct address destination, source, preferred_source, gateway;
	struct rta_cacheinfo cacheinfo;
	uint32_t metrics[RTAX_MAX + 1];
	uint16_t encap_type, encap_size;
	uint8_t encap[MOST_ENCAP];
	uint32_t hop_count;
	struct next_hop hops[MOST_HOPS];
};

static struct mnl_socket *sock;
static struct request request;
static uint32_t sequence;
static bool printing;
static struct route route;

static int collect(const struct nlattr *attribute, void *data)
{
	const struct nlattr **attributes = data;

	if (mnl_attr_type_valid(attribute, RTA_MAX) >= 0)
		attributes[mnl_attr_get_type(attribute)] = attribute;
	return MNL_CB_OK;
}

static void take_u32(uint32_t *value, const struct nlattr *attribute)
{
	if (attribute && mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
		*value = mnl_attr_get_u32(attribute);
}

static void take_bytes(void *value, size_t size, const struct nlattr *attribute)
{
	if (attribute && mnl_attr_get_payload_len(attribute) == size)
		memcpy(value, mnl_attr_get_payload(attribute), size);
}

static void take_address(struct address *address, const struct nlattr *attribute)
{
	if (!attribute || mnl_attr_get_payload_len(attribute) > sizeof(address->bytes))
		return;
	address->length = (uint8_t)mnl_attr_get_payload_len(attribute);
	memcpy(address->bytes, mnl_attr_get_payload(attribute), address->length);
}

static void take_metrics(const struct nlattr *nest)
{
	const struct nlattr *metric;

	mnl_attr_for_each_nested(metric, nest)
		if (mnl_attr_get_type(metric) <= RTAX_MAX)
			take_u32(&route.metrics[mnl_attr_get_type(metric)], metric);
}

static void take_hops(const struct nlattr *multipath)
{
	struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);

	for (; RTNH_OK(hop, left) && route.hop_count < MOST_HOPS; hop = RTNH_NEXT(hop)) {
		struct next_hop *kept = &route.hops[route.hop_count++];
		struct nlattr *attr;	/* the name that libmnl's macro wants */

		*kept = (struct next_hop){
			.flags = hop->rtnh_flags, .weight = hop->rtnh_hops, .oif = (uint32_t)hop->rtnh_ifindex
		};
		mnl_attr_for_each_payload((void *)RTNH_DATA(hop), hop->rtnh_len - sizeof(*hop)) {
			if (mnl_attr_get_type(attr) == RTA_GATEWAY)
				take_address(&kept->gateway, attr);
			else if (mnl_attr_get_type(attr) == RTA_ENCAP_TYPE)
				take_bytes(&kept->encap_type, sizeof(kept->encap_type), attr);
		}
		left -= RTNH_ALIGN(hop->rtnh_len);
	}
}

static const char *shown(const struct address *address, char *text)
{
	if (!address->length || !inet_ntop(address->length == 4 ? AF_INET : AF_INET6, address->bytes, text, 64))
		return "-";
	return text;
}

static void print_number(uint32_t value, char end)
{
	if (value)
		printf("%u%c", value, end);
	else
		printf("-%c", end);
}

static void print_route(void)
{
	char destination[64], gateway[64];

	if (route.destination.length)
		printf("%s/%u", shown(&route.destination, destination), route.destination_length);
	else
		printf("%s", route.family == AF_INET ? "0.0.0.0/0" : "::/0");
	printf(" %s ", shown(&route.gateway, gateway));
	print_number(route.oif, ' ');
	print_number(route.priority, ' ');
	print_number(route.metrics[RTAX_MTU], ' ');
	print_number(route.hop_count, ' ');
	print_number(route.encap_type, '\n');
}

static int take_route(const struct nlmsghdr *header, void *data)
{
	const struct nlattr *attributes[RTA_MAX + 1] = { NULL };
	const struct rtmsg *message = mnl_nlmsg_get_payload(header);

	(void)data;
	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		fail("the routes changed during the dump");
	mnl_attr_parse(header, sizeof(*message), collect, attributes);
	memset(&route, 0, offsetof(struct route, encap));
	route.hop_count = 0;
	route.family = message->rtm_family;
	route.destination_length = message->rtm_dst_len;
	route.source_length = message->rtm_src_len;
	route.tos = message->rtm_tos;
	route.protocol = message->rtm_protocol;
	route.scope = message->rtm_scope;
	route.type = message->rtm_type;
	route.flags = message->rtm_flags;
	route.table = message->rtm_table;
	take_u32(&route.table, attributes[RTA_TABLE]);
	take_u32(&route.priority, attributes[RTA_PRIORITY]);
	take_u32(&route.oif, attributes[RTA_OIF]);
	take_u32(&route.iif, attributes[RTA_IIF]);
	take_u32(&route.mark, attributes[RTA_MARK]);
	take_u32(&route.nexthop_id, attributes[RTA_NH_ID]);
	take_u32(&route.realms, attributes[RTA_FLOW]);
	take_u32(&route.expires, attributes[RTA_EXPIRES]);
	take_bytes(&route.preference, sizeof(route.preference), attributes[RTA_PREF]);
	take_bytes(&route.ttl_propagate, sizeof(route.ttl_propagate), attributes[RTA_TTL_PROPAGATE]);
	take_bytes(&route.cacheinfo, sizeof(route.cacheinfo), attributes[RTA_CACHEINFO]);
	take_address(&route.destination, attributes[RTA_DST]);
	take_address(&route.source, attributes[RTA_SRC]);
	take_address(&route.preferred_source, attributes[RTA_PREFSRC]);
	take_address(&route.gateway, attributes[RTA_GATEWAY]);
	take_bytes(&route.encap_type, sizeof(route.encap_type), attributes[RTA_ENCAP_TYPE]);
	if (attributes[RTA_ENCAP] && mnl_attr_get_payload_len(attributes[RTA_ENCAP]) <= MOST_ENCAP) {
		route.encap_size = mnl_attr_get_payload_len(attributes[RTA_ENCAP]);
		memcpy(route.encap, mnl_attr_get_payload(attributes[RTA_ENCAP]), route.encap_size);
	}
	if (attributes[RTA_METRICS])
		take_metrics(attributes[RTA_METRICS]);
	if (attributes[RTA_MULTIPATH])
		take_hops(attributes[RTA_MULTIPATH]);
	__asm__ volatile("" : : "r"(&route) : "memory");	/* nobody reads it, and it is to be written all the same */
	if (printing)
		print_route();
	return MNL_CB_OK;
}

static void work(void)
{
	static _Alignas(struct nlmsghdr) char buffer[BUFFER_SIZE];
	struct nlmsghdr *header = (struct nlmsghdr *)request.data;
	int state = MNL_CB_OK;

	header->nlmsg_seq = ++sequence;
	if (mnl_socket_sendto(sock, request.data, request.size) < 0)
		fail("send: %s", strerror(errno));
	while (state > MNL_CB_STOP) {
		ssize_t size = mnl_socket_recvfrom(sock, buffer, sizeof(buffer));

		if (size < 0)
			fail("receive: %s", strerror(errno));
		state = mnl_cb_run(buffer, (size_t)size, sequence, mnl_socket_get_portid(sock), take_route, NULL);
	}
	if (state < 0)
		fail("the dump failed: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	int on = 1;

	if (argc != 5)
		fail("usage: mnl_reader TYPE FLAGS PAYLOAD check|serve");
	make_request(&request, argv + 1);
	sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		fail("no socket: %s", strerror(errno));
	if (mnl_socket_setsockopt(sock, NETLINK_GET_STRICT_CHK, &on, sizeof(on)) < 0)
		fail("NETLINK_GET_STRICT_CHK: %s", strerror(errno));
	printing = !strcmp(argv[4], "check");
	work();
	if (!printing)
		serve(work);
	mnl_socket_close(sock);
	return 0;
}
