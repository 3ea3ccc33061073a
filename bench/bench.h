/*
 * What the C programs of the benchmark share: errors, a socket, the dump they are told to request, and rounds.
 *
 * Each is started once and keeps still until a line arrives on its standard input; then it measures one round
 * and prints the seconds. So no contestant's start is part of a result, and none runs while another is measured.
 */
#ifndef NETLYNX_BENCH_H
#define NETLYNX_BENCH_H

#define _GNU_SOURCE

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum {
	BUFFER_SIZE = 32768,	/* the largest datagram a dump makes */
	REQUEST_SIZE = 1024,
	TIMEOUT_SECONDS = 10,
};

struct request {
	_Alignas(struct nlmsghdr) char data[REQUEST_SIZE];
	size_t size;
};

__attribute__((noreturn, format(printf, 1, 2), unused)) static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

__attribute__((unused)) static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end)
		fail("not a number: %s", text);
	return value;
}

/* What netlynx asks for, its arguments say: message type, flags, and the payload in hexadecimal. */
__attribute__((unused)) static void make_request(struct request *request, char **arguments)
{
	struct nlmsghdr *header = (struct nlmsghdr *)request->data;
	const char *payload = arguments[2];
	size_t size = strlen(payload) / 2;

	if (strlen(payload) % 2 || NLMSG_SPACE(size) > sizeof(request->data))
		fail("not a payload: %s", payload);
	memset(request, 0, sizeof(*request));
	header->nlmsg_len = NLMSG_LENGTH(size);
	header->nlmsg_type = (uint16_t)number(arguments[0]);
	header->nlmsg_flags = (uint16_t)(number(arguments[1]) | NLM_F_REQUEST);
	for (size_t i = 0; i < size; i++) {
		unsigned int byte;

		if (sscanf(payload + 2 * i, "%2x", &byte) != 1)
			fail("not a payload: %s", payload);
		((unsigned char *)NLMSG_DATA(header))[i] = (unsigned char)byte;
	}
	request->size = NLMSG_SPACE(size);
}

__attribute__((unused)) static int open_socket(int protocol)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	struct timeval timeout = { .tv_sec = TIMEOUT_SECONDS };
	int on = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

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

/* The error that NLMSG_ERROR and NLMSG_DONE carry as their first int ends the program. */
__attribute__((unused)) static void check_error(const struct nlmsghdr *header)
{
	int error = 0;

	if (header->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
		memcpy(&error, NLMSG_DATA(header), sizeof(error));
	if (error)
		fail("the kernel refused: %s", strerror(-error));
}

__attribute__((unused)) static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

__attribute__((unused)) static void serve(void (*work)(void))
{
	char line[16];

	while (fgets(line, sizeof(line), stdin)) {
		double start = seconds_now();

		work();
		printf("%.9f\n", seconds_now() - start);
		fflush(stdout);
	}
}

#endif
