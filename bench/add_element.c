/*
 * Elements added to a set of nftables one after the other, a transaction each.
 *
 *   add_element PAYLOAD COUNT check        adds and deletes them; prints nothing
 *   add_element PAYLOAD COUNT serve        adds COUNT a round, see bench.h; they are deleted when it was timed
 *
 * PAYLOAD is that of NFT_MSG_NEWSETELEM for the address 0.0.0.0, whose bytes are its only four zeros behind the four
 * bytes of its attribute's header; the addresses are those from 192.0.0.0 on.
 */
#include "bench.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdbool.h>

static _Alignas(struct nlmsghdr) char buffer[BUFFER_SIZE];
static _Alignas(struct nlmsghdr) char datagram[REQUEST_SIZE];
static struct request request;
static unsigned long count;
static size_t key;	/* where the address stands in the datagram */
static uint32_t sequence;
static int fd;

static size_t put_mark(size_t at, uint16_t type)
{
	struct nlmsghdr *header = (struct nlmsghdr *)(datagram + at);
	struct nfgenmsg *message = NLMSG_DATA(header);

	memset(header, 0, NLMSG_SPACE(sizeof(*message)));
	header->nlmsg_len = NLMSG_LENGTH(sizeof(*message));
	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST;
	message->res_id = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8);	/* big-endian */
	return at + NLMSG_SPACE(sizeof(*message));
}

static void find_key(size_t begin, size_t end)
{
	static const unsigned char wanted[8] = { 8, 0, 1, 0, 0, 0, 0, 0 };	/* NFTA_DATA_VALUE of four bytes */

	for (size_t at = begin; at + sizeof(wanted) <= end; at += 4)
		if (!memcmp(datagram + at, wanted, sizeof(wanted)))
			key = at + 4;
	if (!key)
		fail("no address in the payload");
}

static void make_datagram(void)
{
	size_t begin = put_mark(0, NFNL_MSG_BATCH_BEGIN), end = begin + request.size;

	memcpy(datagram + begin, request.data, request.size);
	find_key(begin, end);
	request.size = put_mark(end, NFNL_MSG_BATCH_END);
}

static void change(unsigned long number, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *mark = (struct nlmsghdr *)datagram;
	struct nlmsghdr *header = (struct nlmsghdr *)(datagram + NLMSG_ALIGN(mark->nlmsg_len));
	struct nlmsghdr *end = (struct nlmsghdr *)((char *)header + NLMSG_ALIGN(header->nlmsg_len));
	const unsigned char address[4] = { 192, (unsigned char)(number >> 16), (unsigned char)(number >> 8), (unsigned char)number };
	const struct nlmsghdr *answer = (const struct nlmsghdr *)buffer;
	ssize_t size;

	memcpy(datagram + key, address, sizeof(address));
	header->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	mark->nlmsg_seq = ++sequence;
	header->nlmsg_seq = ++sequence;
	end->nlmsg_seq = sequence + 1;
	if (send(fd, datagram, request.size, 0) != (ssize_t)request.size)
		fail("send: %s", strerror(errno));
	size = recv(fd, buffer, sizeof(buffer), MSG_TRUNC);
	if (size < 0)
		fail("recv: %s", strerror(errno));
	if (!NLMSG_OK(answer, (int)size) || answer->nlmsg_type != NLMSG_ERROR || answer->nlmsg_seq != sequence)
		fail("an answer of type %u", answer->nlmsg_type);
	check_error(answer);
	sequence++;
}

static void add(void)
{
	for (unsigned long i = 0; i < count; i++)
		change(i, NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_EXCL);
}

static void clear(void)
{
	for (unsigned long i = 0; i < count; i++)
		change(i, NFT_MSG_DELSETELEM, 0);
}

int main(int argc, char **argv)
{
	char *made[] = { "2572", "0", argc > 1 ? argv[1] : "" };	/* the type is set for each */
	char line[16];

	if (argc != 4)
		fail("usage: add_element PAYLOAD COUNT check|serve");
	make_request(&request, made);
	count = number(argv[2]);
	make_datagram();
	fd = open_socket(NETLINK_NETFILTER);
	if (!strcmp(argv[3], "check")) {
		add();
		clear();
		return 0;
	}
	while (fgets(line, sizeof(line), stdin)) {
		double start = seconds_now();

		add();
		start = seconds_now() - start;
		clear();
		printf("%.9f\n", start);
		fflush(stdout);
	}
	return 0;
}
