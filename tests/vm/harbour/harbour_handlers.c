// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the family of the tests does: arrays of every sort, there and back. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/in6.h>
#include <linux/module.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "harbour_netlink.h"

#define QUAYS 300

int harbour_do_echo(const struct harbour_harbour_header_data *header,
		const struct harbour_load *request,
		struct harbour_harbour_header_data *answer, struct sk_buff *reply,
		struct genl_info *info)
{
	*answer = *header;
	return harbour_load_put(reply, request);
}

static int put_marked(struct sk_buff *skb, int type, const char *name)
{
	static const char *const marks[] = { "frail", "dry" };
	static const u32 weights[] = { 7, 8 };
	const struct harbour_crate crate = {
		.has = { .name = true, .weights = true },
		.name = name,
		.weights = weights,
		.weights_count = ARRAY_SIZE(weights),
	};
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || harbour_crate_put(skb, &crate) ||
	    harbour_crate_put_marks(skb, marks, ARRAY_SIZE(marks)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int harbour_do_example(const struct harbour_harbour_header_data *header,
		const struct harbour_quay *request,
		struct harbour_harbour_header_data *answer, struct sk_buff *reply,
		struct genl_info *info)
{
	static const u16 depths[] = { 3, 4, 5 }, lights[] = { 7, 3 }, lit[] = { 70, 30 };
	static const char *const tags[] = { "one", "two" }, *const names[] = { "north", "south" };
	static const u32 piers[] = { 10, 20 }, counts[] = { 5, 6 };
	static const u64 sums[] = { 1ULL << 40, 1 }, wide[] = { 1, 1ULL << 40 };
	static const struct harbour_buoy_data buoys[] = {
		{ .number = 1, .depth = 20 }, { .number = 2, .depth = 30 },
	};
	static const u8 nets[][16] = {
		{ 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 },
	};
	const __be32 hosts[] = { htonl(0xc0000201) };
	const struct harbour_crate tar = { .has = { .name = true }, .name = "tar" };
	const struct harbour_load early = {
		.has = { .depths = true },
		.depths = depths,
		.depths_count = ARRAY_SIZE(depths),
	};
	const struct harbour_load packed = {
		.has = { .buoys = true },
		.buoys = buoys,
		.buoys_count = ARRAY_SIZE(buoys),
	};
	const struct harbour_load late = {
		.has = { .nets = true, .sums = true },
		.nets = nets,
		.nets_count = ARRAY_SIZE(nets),
		.sums = sums,
		.sums_count = ARRAY_SIZE(sums),
	};
	struct nlattr *nest;

	*answer = *header;
	if (harbour_load_put(reply, &early) ||
	    harbour_load_put_tags(reply, tags, ARRAY_SIZE(tags)) ||
	    harbour_load_put_piers(reply, piers, ARRAY_SIZE(piers)) ||
	    harbour_load_put_names(reply, names, ARRAY_SIZE(names)) ||
	    harbour_load_put_lights(reply, lights, lit, ARRAY_SIZE(lit)))
		return -EMSGSIZE;
	nest = nla_nest_start(reply, HARBOUR_A_LOAD_CRATES);
	if (!nest || put_marked(reply, 1, "rope") || harbour_crate_put_nested(reply, 2, &tar))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	if (put_marked(reply, HARBOUR_A_LOAD_LOOSE, "rope") ||
	    harbour_load_put(reply, &packed) ||
	    harbour_load_put_hosts(reply, hosts, ARRAY_SIZE(hosts)) ||
	    harbour_load_put(reply, &late))
		return -EMSGSIZE;
	nest = nla_nest_start(reply, HARBOUR_A_LOAD_OWNERS);
	if (!nest || put_marked(reply, 9, "rope"))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	if (harbour_load_put_counts(reply, counts, ARRAY_SIZE(counts)) ||
	    harbour_load_put_wide(reply, wide, ARRAY_SIZE(wide)))
		return -EMSGSIZE;
	return put_marked(reply, HARBOUR_A_LOAD_FIRST, "rope");
}

int harbour_dump_quays(const struct harbour_harbour_header_data *header,
		const struct harbour_quay *request, unsigned long at,
		struct harbour_harbour_header_data *answer, struct sk_buff *row,
		struct netlink_callback *cb)
{
	const u32 counts[] = { at, at + 1 };

	if (at >= QUAYS)
		return HARBOUR_ROW_END;
	answer->quay = at;
	answer->cookie = header->cookie;
	return harbour_load_put_counts(row, counts, ARRAY_SIZE(counts)) ?: HARBOUR_ROW_PUT;
}

static int add_crate(struct harbour_total *total, const struct nlattr *nest,
		struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	struct harbour_crate crate;
	int rest, at, err;

	err = harbour_crate_parse_nested(&crate, nest, extack);
	if (err)
		return err;
	for (at = 0; at < crate.weights_count; at++)
		total->numbers += crate.weights[at];
	harbour_crate_for_each_marks(attr, rest, &crate)
		total->texts += strlen(nla_data(attr));
	return 0;
}

int harbour_do_add(const struct harbour_harbour_header_data *header,
		const struct harbour_load *request,
		struct harbour_harbour_header_data *answer, struct sk_buff *reply,
		struct genl_info *info)
{
	struct harbour_total total = { .has = { .numbers = true, .texts = true } };
	struct netlink_ext_ack *extack = info->extack;
	const struct nlattr *attr;
	int rest, at, err = 0;

	*answer = *header;
	for (at = 0; at < request->depths_count; at++)
		total.numbers += request->depths[at];
	for (at = 0; at < request->sums_count; at++)
		total.numbers += request->sums[at];
	for (at = 0; at < request->buoys_count; at++)
		total.numbers += request->buoys[at].depth;
	harbour_load_for_each_tags(attr, rest, request)
		total.texts += strlen(nla_data(attr));
	harbour_load_for_each_counts(attr, rest, request)
		total.numbers += nla_get_u32(attr);
	if (request->has.piers)
		harbour_load_for_each_piers(attr, rest, request)
			total.numbers += nla_get_u32(attr);
	if (request->has.names)
		harbour_load_for_each_names(attr, rest, request)
			total.texts += strlen(nla_data(attr));
	if (request->has.lights)
		harbour_load_for_each_lights(attr, rest, request)
			total.numbers += nla_type(attr) + nla_get_u16(attr);
	if (request->has.wide)
		harbour_load_for_each_wide(attr, rest, request)
			total.numbers += nla_len(attr) == 8 ? nla_get_u64(attr) : nla_get_u32(attr);
	if (request->has.crates)
		harbour_load_for_each_crates(attr, rest, request)
			err = err ?: add_crate(&total, attr, extack);
	harbour_load_for_each_loose(attr, rest, request)
		err = err ?: add_crate(&total, attr, extack);
	if (request->has.owners)
		harbour_load_for_each_owners(attr, rest, request) {
			total.numbers += nla_type(attr);
			err = err ?: add_crate(&total, attr, extack);
		}
	if (request->has.first)
		err = err ?: add_crate(&total, request->first, extack);
	return err ?: harbour_total_put(reply, &total);
}

int harbour_do_ring(const struct harbour_harbour_header_data *header,
		const struct harbour_quay *request, struct genl_info *info)
{
	const struct harbour_harbour_header_data own = { .quay = header->quay, .cookie = 1 };
	static const u16 depths[] = { 9, 8 };
	const struct harbour_load high = {
		.has = { .depths = true },
		.depths = depths,
		.depths_count = ARRAY_SIZE(depths),
	};

	return harbour_notify_tide(genl_info_net(info), &own, &high, GFP_KERNEL);
}

static int __init harbour_init(void)
{
	return genl_register_family(&harbour_family);
}

static void __exit harbour_exit(void)
{
	genl_unregister_family(&harbour_family);
}

module_init(harbour_init);
module_exit(harbour_exit);

MODULE_ALIAS_GENL_FAMILY(HARBOUR_FAMILY_NAME);
MODULE_DESCRIPTION("generic netlink family harbour");
MODULE_LICENSE("Dual MIT/GPL");
