/*
 * A client of the module hello that uses nothing but socket(2) and its kin.
 *
 * usage: client PORT [TEXT]    bind a port (0: the kernel chooses), send a text, print the answer
 *        client PORT           bind a port and join the group, print one message
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "hello.h"

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

int main(int argc, char **argv)
{
	struct {
		struct nlmsghdr header;
		char text[1024];
	} message = { 0 };
	struct sockaddr_nl own = { .nl_family = AF_NETLINK }, kernel = { .nl_family = AF_NETLINK };
	struct timeval patience = { .tv_sec = 10 };
	const char *text = argc > 2 ? argv[2] : NULL;
	struct sockaddr_nl sender = { 0 };
	socklen_t length = sizeof(sender);
	ssize_t size;
	int fd;

	if (argc < 2)
		return 2;
	fd = socket(AF_NETLINK, SOCK_RAW, HELLO_PROTOCOL);
	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	own.nl_pid = strtoul(argv[1], NULL, 0);
	own.nl_groups = text ? 0 : 1 << (HELLO_GROUP_NEWS - 1);
	if (bind(fd, (struct sockaddr *)&own, sizeof(own)))
		fail("bind");

	if (text) {
		message.header.nlmsg_len = NLMSG_LENGTH(strlen(text));
		message.header.nlmsg_type = HELLO_TEXT;
		message.header.nlmsg_seq = 7;
		message.header.nlmsg_pid = own.nl_pid;
		strncpy(message.text, text, sizeof(message.text) - 1);
		printf("send kernel:%s\n", text);
		if (sendto(fd, &message, message.header.nlmsg_len, 0, (struct sockaddr *)&kernel,
			   sizeof(kernel)) < 0)
			fail("sendto");
	}

	size = recvfrom(fd, &message, sizeof(message), 0, (struct sockaddr *)&sender, &length);
	if (size < 0)
		fail("recvfrom");
	if (!NLMSG_OK(&message.header, (size_t)size) || sender.nl_pid != 0)
		return 3;
	printf("from kernel%s:%.*s\n", message.header.nlmsg_type == HELLO_NEWS ? ", unasked" : "",
	       (int)(message.header.nlmsg_len - NLMSG_HDRLEN), message.text);
	if (text && message.header.nlmsg_seq != 7)
		return 4;
	close(fd);
	return 0;
}
