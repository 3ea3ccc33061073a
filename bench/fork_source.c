/*
 * Makes processes that end at once.
 *
 * For each line "COUNT RATE" on standard input it makes COUNT, RATE a second (0: as many as it can), waits for each to
 * end, and prints the seconds this took.
 */
#include "bench.h"

#include <sys/wait.h>

enum { AT_ONCE = 20 };	/* processes between two pauses */

static void wait_until(double moment)
{
	double left = moment - seconds_now();
	struct timespec pause = { .tv_nsec = (long)(left * 1e9) };

	if (left > 0.0001)
		nanosleep(&pause, NULL);
}

static void make(void)
{
	pid_t child = fork();

	if (child < 0)
		fail("fork_source: fork: %s", strerror(errno));
	if (!child)
		_exit(0);
	while (waitpid(child, NULL, 0) < 0)
		if (errno != EINTR)
			fail("fork_source: waitpid: %s", strerror(errno));
}

static double run(unsigned int count, unsigned int rate)
{
	double start = seconds_now();

	for (unsigned int made = 0; made < count; made++) {
		if (rate && made % AT_ONCE == 0)
			wait_until(start + (double)made / rate);
		make();
	}
	return seconds_now() - start;
}

int main(void)
{
	unsigned int count, rate;
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%u %u", &count, &rate) != 2)
			fail("fork_source: not COUNT RATE: %s", line);
		printf("%.6f\n", run(count, rate));
		fflush(stdout);
	}
	return 0;
}
