/*
 * What gcc's coverage calls (-fsanitize-coverage=trace-pc,trace-cmp), handed to libFuzzer, which asks for clang's kind:
 * an edge counts in a table of ours that libFuzzer was told of, a comparison goes straight on to it.
 */
#include <stdint.h>

#define COUNTERS (1u << 16)
#define HIDDEN __attribute__((visibility("hidden")))

typedef void compare(uint64_t, uint64_t);
typedef void compare_cases(uint64_t, uint64_t *);

static uint8_t counters[COUNTERS];
static struct {
	uintptr_t place, flags;
} places[COUNTERS]; /* libFuzzer wants as many of these as there are counters */
static compare *widths[4], *constants[4];
static compare_cases *cases;

/* Called from Python, before fuzzing starts, with libFuzzer's functions. */
void nlx_attach_coverage(void (*add_counters)(uint8_t *, uint8_t *), void (*add_places)(void *, void *),
			 compare *const *comparisons, compare_cases *switches)
{
	for (unsigned n = 0; n < COUNTERS; n++)
		places[n].place = (uintptr_t)&counters[n];
	for (unsigned n = 0; n < 4; n++) {
		widths[n] = comparisons[n];
		constants[n] = comparisons[4 + n];
	}
	cases = switches;
	add_counters(counters, counters + COUNTERS);
	add_places(places, places + COUNTERS);
}

/* How many counters were ever hit is libFuzzer's to say; this many are hit now. */
HIDDEN void __sanitizer_cov_trace_pc(void)
{
	uintptr_t caller = (uintptr_t)__builtin_return_address(0);

	counters[(caller * 0x9E3779B97F4A7C15u) >> 48]++;
}

/* Jumps, not calls: libFuzzer looks at who called. */
#define COMPARES(name, table, number, type)                                                                            \
	HIDDEN void name(type a, type b)                                                                               \
	{                                                                                                              \
		if (table[number])                                                                                     \
			table[number](a, b);                                                                           \
	}

COMPARES(__sanitizer_cov_trace_cmp1, widths, 0, uint8_t)
COMPARES(__sanitizer_cov_trace_cmp2, widths, 1, uint16_t)
COMPARES(__sanitizer_cov_trace_cmp4, widths, 2, uint32_t)
COMPARES(__sanitizer_cov_trace_cmp8, widths, 3, uint64_t)
COMPARES(__sanitizer_cov_trace_const_cmp1, constants, 0, uint8_t)
COMPARES(__sanitizer_cov_trace_const_cmp2, constants, 1, uint16_t)
COMPARES(__sanitizer_cov_trace_const_cmp4, constants, 2, uint32_t)
COMPARES(__sanitizer_cov_trace_const_cmp8, constants, 3, uint64_t)

HIDDEN void __sanitizer_cov_trace_switch(uint64_t value, uint64_t *possible)
{
	if (cases)
		cases(value, possible);
}

HIDDEN void __sanitizer_cov_trace_cmpf(float a, float b)
{
	(void)a, (void)b;
}

HIDDEN void __sanitizer_cov_trace_cmpd(double a, double b)
{
	(void)a, (void)b;
}
