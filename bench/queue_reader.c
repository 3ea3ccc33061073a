/*
 * Gives verdicts on the packets of a queue (NFQUEUE), each by its content: drops one whose number, the 32 bits behind
 * the headers of IPv4 and UDP, is one less than a multiple of ten; lets all others go. The peer of bench/verdicts.py.
 *
 *   queue_reader QUEUE COUNT TOGETHER check    prints the numbers of the packets that went on, one a line
 *   queue_reader QUEUE COUNT TOGETHER serve    see bench.h; a round is COUNT packets that wait in the queue
 *
 * It reads up to TOGETHER packets, as many as are there, and sends their verdicts in one datagram.
 *
 * The packets are its own: UDP to the port of the queue's number, on the loopback interface.
 */
#include "bench.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <netinet/in.h>

enum {
	HEADERS = 28,	/* IPv4 and UDP */
	SIZE = 64,	/* of a packet's content */
	SOCKET_BUFFER = 128 << 20,
	ONE_DROPPED_OF = 10,
	MOST_TOGETHER = 256,
};

struct command {
	struct nlmsghdr header;
	struct nfgenmsg family;
	struct nlattr attribute;
	struct nfqnl_msg_config_cmd command;
};

struct parameters {
	struct nlmsghdr header;
	struct nfgenmsg family;
	struct nlattr copy;
	struct nfqnl_msg_config_params range;
	uint8_t padding[3];
	struct nlattr length;
	uint32_t most;
	struct nlattr mask;
	uint32_t changed;
	struct nlattr flags;
	uint32_t set;
} __attribute__((packed));

struct verdict {
	struct nlmsghdr header;
	struct nfgenmsg family;
	struct nlattr attribute;
	struct nfqnl_msg_verdict_hdr verdict;
};

static _Alignas(struct nlmsghdr) char buffer[1 << 17];
static struct verdict verdicts[MOST_TOGETHER];
static uint16_t queue;
static uint32_t count, together;
static int fd, sender, receiver;

static void enlarge(int socket, int option)
{
	int size = SOCKET_BUFFER;

	if (setsockopt(socket, SOL_SOCKET, option, &size, sizeof(size)) < 0)
		fail("socket buffer: %s", strerror(errno));
}

static void configure(void *message, uint32_t size)
{
	struct nlmsghdr *header = message;
	struct nfgenmsg *family = NLMSG_DATA(header);

	header->nlmsg_len = size;
	header->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_CONFIG;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	family->nfgen_family = AF_UNSPEC;
	family->res_id = htons(queue);
	if (send(fd, message, size, 0) != (ssize_t)size || recv(fd, buffer, sizeof(buffer), 0) < 0)
		fail("the queue: %s", strerror(errno));
	check_error((const struct nlmsghdr *)buffer);
}

static void open_queue(void)
{
	struct command command = {
		.attribute = { .nla_len = NLA_HDRLEN + sizeof(command.command), .nla_type = NFQA_CFG_CMD },
		.command = { .command = NFQNL_CFG_CMD_BIND },
	};
	struct parameters parameters = {
		.copy = { .nla_len = NLA_HDRLEN + sizeof(parameters.range), .nla_type = NFQA_CFG_PARAMS },
		.range = { .copy_range = htonl(0xffff), .copy_mode = NFQNL_COPY_PACKET },
		.length = { .nla_len = NLA_HDRLEN + 4, .nla_type = NFQA_CFG_QUEUE_MAXLEN },
		.most = htonl(count),
		.mask = { .nla_len = NLA_HDRLEN + 4, .nla_type = NFQA_CFG_MASK },
		.changed = htonl(NFQA_CFG_F_GSO),
		.flags = { .nla_len = NLA_HDRLEN + 4, .nla_type = NFQA_CFG_FLAGS },
		.set = htonl(NFQA_CFG_F_GSO),
	};

	fd = open_socket(NETLINK_NETFILTER);
	enlarge(fd, SO_RCVBUFFORCE);
	configure(&command, sizeof(command));
	configure(&parameters, sizeof(parameters));
}

static void open_packets(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(queue),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};

	sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sender < 0 || receiver < 0)
		fail("socket: %s", strerror(errno));
	enlarge(sender, SO_SNDBUFFORCE);
	enlarge(receiver, SO_RCVBUFFORCE);
	if (bind(receiver, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    connect(sender, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("port %u: %s", queue, strerror(errno));
}

static void send_packets(void)
{
	uint32_t content[SIZE / 4] = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		content[0] = htonl(i);
		if (send(sender, content, sizeof(content), 0) != (ssize_t)sizeof(content))
			fail("packet %u: %s", i, strerror(errno));
	}
}

/* What went on; printed, or only taken away. */
static void take_packets(int printing)
{
	uint32_t content[SIZE / 4];

	while (recv(receiver, content, sizeof(content), MSG_DONTWAIT) == (ssize_t)sizeof(content))
		if (printing)
			printf("%u\n", ntohl(content[0]));
}

static void judge(const struct nlmsghdr *header, struct verdict *verdict)
{
	*verdict = (struct verdict){
		.header = {
			.nlmsg_len = sizeof(*verdict),
			.nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_VERDICT,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.family = { .nfgen_family = AF_INET, .res_id = htons(queue) },
		.attribute = { .nla_len = NLA_HDRLEN + sizeof(verdict->verdict), .nla_type = NFQA_VERDICT_HDR },
	};
	const struct nlattr *attribute = (const struct nlattr *)((const char *)NLMSG_DATA(header) + sizeof(struct nfgenmsg));
	const char *end = (const char *)header + header->nlmsg_len;
	uint32_t number = 0;

	for (; (const char *)attribute + NLA_HDRLEN <= end;
	     attribute = (const struct nlattr *)((const char *)attribute + NLA_ALIGN(attribute->nla_len))) {
		const char *payload = (const char *)attribute + NLA_HDRLEN;

		if (attribute->nla_len < NLA_HDRLEN)
			fail("a packet's attribute of %u bytes", attribute->nla_len);
		switch (attribute->nla_type & NLA_TYPE_MASK) {
		case NFQA_PACKET_HDR:
			memcpy(&verdict->verdict.id, payload, sizeof(verdict->verdict.id));
			break;
		case NFQA_PAYLOAD:
			memcpy(&number, payload + HEADERS, sizeof(number));
			break;
		}
	}
	verdict->verdict.verdict = htonl((ntohl(number) + 1) % ONE_DROPPED_OF ? NF_ACCEPT : NF_DROP);
}

/* Up to so many packets that wait, at least one; their verdicts. A packet is a datagram of its own. */
static uint32_t judge_waiting(uint32_t most)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;
	uint32_t judged = 0;

	while (judged < most) {
		ssize_t size = recv(fd, buffer, sizeof(buffer), judged ? MSG_DONTWAIT : 0);

		if (size < 0 && judged && errno == EAGAIN)
			break;
		if (size < 0)
			fail("recv: %s", strerror(errno));
		if (!NLMSG_OK(header, size))
			fail("a datagram of %zd bytes is no message", size);
		if (header->nlmsg_type == NLMSG_ERROR)
			check_error(header);
		judge(header, &verdicts[judged++]);
	}
	return judged;
}

static void work(void)
{
	for (uint32_t left = count; left;) {
		uint32_t judged = judge_waiting(left < together ? left : together);
		size_t size = judged * sizeof(verdicts[0]);

		if (send(fd, verdicts, size, 0) != (ssize_t)size)
			fail("verdicts: %s", strerror(errno));
		left -= judged;
	}
}

int main(int argc, char **argv)
{
	char line[16];

	if (argc != 5)
		fail("usage: queue_reader QUEUE COUNT TOGETHER check|serve");
	queue = (uint16_t)number(argv[1]);
	count = (uint32_t)number(argv[2]);
	together = (uint32_t)number(argv[3]);
	if (together < 1 || together > MOST_TOGETHER)
		fail("1 to %d packets together", MOST_TOGETHER);
	open_queue();
	open_packets();
	if (!strcmp(argv[4], "check")) {
		send_packets();
		work();
		take_packets(1);
		return 0;
	}
	while (fgets(line, sizeof(line), stdin)) {
		double start;

		send_packets();
		start = seconds_now();
		work();
		printf("%.9f\n", seconds_now() - start);
		fflush(stdout);
		take_packets(0);
	}
	return 0;
}
