// SPDX-License-Identifier: GPL-2.0
/* A devlink device for the tests, with what netdevsim has not: platform/netlynx-devlink has a shared buffer, a table of
 * a pipeline with one entry, a line card, a selftest that passes, serial numbers, a switch with all its modes, and two
 * ports: one that can be split, one with a function behind it. What is set is kept, and told again.
 */

#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <net/devlink.h>

static struct platform_device *device;
static struct devlink *instance;
static struct devlink_port physical, virtual;
static struct devlink_linecard *card;

static struct {
	u16 mode;
	u8 inline_mode;
	enum devlink_eswitch_encap_mode encap;
	u32 pool_size;
	enum devlink_sb_threshold_type threshold_type;
	u32 port_threshold, class_threshold, most;
	u16 class_pool;
	unsigned int split;
	u8 address[ETH_ALEN];
	enum devlink_port_fn_state state;
	bool roce, counters;
	u32 queues;
} kept;

static int mode_get(struct devlink *devlink, u16 *mode)
{
	*mode = kept.mode;
	return 0;
}

static int mode_set(struct devlink *devlink, u16 mode, struct netlink_ext_ack *extack)
{
	kept.mode = mode;
	return 0;
}

static int inline_get(struct devlink *devlink, u8 *mode)
{
	*mode = kept.inline_mode;
	return 0;
}

static int inline_set(struct devlink *devlink, u8 mode, struct netlink_ext_ack *extack)
{
	kept.inline_mode = mode;
	return 0;
}

static int encap_get(struct devlink *devlink, enum devlink_eswitch_encap_mode *mode)
{
	*mode = kept.encap;
	return 0;
}

static int encap_set(struct devlink *devlink, enum devlink_eswitch_encap_mode mode, struct netlink_ext_ack *extack)
{
	kept.encap = mode;
	return 0;
}

static int info_get(struct devlink *devlink, struct devlink_info_req *req, struct netlink_ext_ack *extack)
{
	return devlink_info_serial_number_put(req, "0123") ?: devlink_info_board_serial_number_put(req, "B-7") ?:
	       devlink_info_version_fixed_put(req, DEVLINK_INFO_VERSION_GENERIC_BOARD_REV, "2");
}

static int pool_get(struct devlink *devlink, unsigned int sb, u16 index, struct devlink_sb_pool_info *info)
{
	info->pool_type = index ? DEVLINK_SB_POOL_TYPE_EGRESS : DEVLINK_SB_POOL_TYPE_INGRESS;
	info->size = kept.pool_size;
	info->threshold_type = kept.threshold_type;
	info->cell_size = 96;
	return 0;
}

static int pool_set(struct devlink *devlink, unsigned int sb, u16 index, u32 size,
		    enum devlink_sb_threshold_type type, struct netlink_ext_ack *extack)
{
	if (size % 96) {
		NL_SET_ERR_MSG_MOD(extack, "only whole cells");
		return -EINVAL;
	}
	kept.pool_size = size;
	kept.threshold_type = type;
	return 0;
}

static int port_pool_get(struct devlink_port *port, unsigned int sb, u16 index, u32 *threshold)
{
	*threshold = kept.port_threshold;
	return 0;
}

static int port_pool_set(struct devlink_port *port, unsigned int sb, u16 index, u32 threshold,
			 struct netlink_ext_ack *extack)
{
	kept.port_threshold = threshold;
	return 0;
}

static int bind_get(struct devlink_port *port, unsigned int sb, u16 class, enum devlink_sb_pool_type type,
		    u16 *pool, u32 *threshold)
{
	*pool = kept.class_pool;
	*threshold = kept.class_threshold;
	return 0;
}

static int bind_set(struct devlink_port *port, unsigned int sb, u16 class, enum devlink_sb_pool_type type,
		    u16 pool, u32 threshold, struct netlink_ext_ack *extack)
{
	kept.class_pool = pool;
	kept.class_threshold = threshold;
	return 0;
}

static int occupied(struct devlink *devlink, unsigned int sb)
{
	kept.most = 960;
	return 0;
}

static int cleared(struct devlink *devlink, unsigned int sb)
{
	kept.most = 96;
	return 0;
}

static int port_occupied(struct devlink_port *port, unsigned int sb, u16 pool, u32 *now, u32 *most)
{
	*now = 96;
	*most = kept.most;
	return 0;
}

static int class_occupied(struct devlink_port *port, unsigned int sb, u16 class, enum devlink_sb_pool_type type,
			  u32 *now, u32 *most)
{
	*now = 48;
	*most = kept.most;
	return 0;
}

static bool selftest_check(struct devlink *devlink, unsigned int id, struct netlink_ext_ack *extack)
{
	return id == DEVLINK_ATTR_SELFTEST_ID_FLASH;
}

static enum devlink_selftest_status selftest_run(struct devlink *devlink, unsigned int id,
						 struct netlink_ext_ack *extack)
{
	return DEVLINK_SELFTEST_STATUS_PASS;
}

static const struct devlink_ops ops = {
	.eswitch_mode_get = mode_get,
	.eswitch_mode_set = mode_set,
	.eswitch_inline_mode_get = inline_get,
	.eswitch_inline_mode_set = inline_set,
	.eswitch_encap_mode_get = encap_get,
	.eswitch_encap_mode_set = encap_set,
	.info_get = info_get,
	.sb_pool_get = pool_get,
	.sb_pool_set = pool_set,
	.sb_port_pool_get = port_pool_get,
	.sb_port_pool_set = port_pool_set,
	.sb_tc_pool_bind_get = bind_get,
	.sb_tc_pool_bind_set = bind_set,
	.sb_occ_snapshot = occupied,
	.sb_occ_max_clear = cleared,
	.sb_occ_port_pool_get = port_occupied,
	.sb_occ_tc_port_bind_get = class_occupied,
	.selftest_check = selftest_check,
	.selftest_run = selftest_run,
};

static int split(struct devlink *devlink, struct devlink_port *port, unsigned int count,
		 struct netlink_ext_ack *extack)
{
	if (kept.split) {
		NL_SET_ERR_MSG_MOD(extack, "it is split already");
		return -EBUSY;
	}
	kept.split = count;
	return 0;
}

static int unsplit(struct devlink *devlink, struct devlink_port *port, struct netlink_ext_ack *extack)
{
	kept.split = 0;
	return 0;
}

static int type_set(struct devlink_port *port, enum devlink_port_type type)
{
	return type == DEVLINK_PORT_TYPE_IB ? -EOPNOTSUPP : 0;
}

static int address_get(struct devlink_port *port, u8 *address, int *length, struct netlink_ext_ack *extack)
{
	ether_addr_copy(address, kept.address);
	*length = ETH_ALEN;
	return 0;
}

static int address_set(struct devlink_port *port, const u8 *address, int length, struct netlink_ext_ack *extack)
{
	ether_addr_copy(kept.address, address);
	return 0;
}

static int state_get(struct devlink_port *port, enum devlink_port_fn_state *state,
		     enum devlink_port_fn_opstate *operation, struct netlink_ext_ack *extack)
{
	*state = kept.state;
	*operation = DEVLINK_PORT_FN_OPSTATE_DETACHED;
	return 0;
}

static int state_set(struct devlink_port *port, enum devlink_port_fn_state state, struct netlink_ext_ack *extack)
{
	kept.state = state;
	return 0;
}

static int roce_get(struct devlink_port *port, bool *enabled, struct netlink_ext_ack *extack)
{
	*enabled = kept.roce;
	return 0;
}

static int roce_set(struct devlink_port *port, bool enable, struct netlink_ext_ack *extack)
{
	kept.roce = enable;
	return 0;
}

static int queues_get(struct devlink_port *port, u32 *most, struct netlink_ext_ack *extack)
{
	*most = kept.queues;
	return 0;
}

static int queues_set(struct devlink_port *port, u32 most, struct netlink_ext_ack *extack)
{
	kept.queues = most;
	return 0;
}

static const struct devlink_port_ops physical_ops = {
	.port_split = split,
	.port_unsplit = unsplit,
	.port_type_set = type_set,
};

static const struct devlink_port_ops virtual_ops = {
	.port_fn_hw_addr_get = address_get,
	.port_fn_hw_addr_set = address_set,
	.port_fn_state_get = state_get,
	.port_fn_state_set = state_set,
	.port_fn_roce_get = roce_get,
	.port_fn_roce_set = roce_set,
	.port_fn_max_io_eqs_get = queues_get,
	.port_fn_max_io_eqs_set = queues_set,
};

static int provision(struct devlink_linecard *linecard, void *priv, const char *type, const void *type_priv,
		     struct netlink_ext_ack *extack)
{
	devlink_linecard_provision_set(linecard, type);
	return 0;
}

static int unprovision(struct devlink_linecard *linecard, void *priv, struct netlink_ext_ack *extack)
{
	devlink_linecard_provision_clear(linecard);
	return 0;
}

static const char * const types[] = { "16x100G", "8x200G" };

static unsigned int types_count(struct devlink_linecard *linecard, void *priv)
{
	return ARRAY_SIZE(types);
}

static void types_get(struct devlink_linecard *linecard, void *priv, unsigned int index, const char **type,
		      const void **type_priv)
{
	*type = types[index];
	*type_priv = NULL;
}

static const struct devlink_linecard_ops card_ops = {
	.provision = provision,
	.unprovision = unprovision,
	.types_count = types_count,
	.types_get = types_get,
};

static struct devlink_dpipe_match match = {
	.type = DEVLINK_DPIPE_MATCH_TYPE_FIELD_EXACT,
	.header = &devlink_dpipe_header_ipv4,
	.field_id = DEVLINK_DPIPE_FIELD_IPV4_DST_IP,
};

static struct devlink_dpipe_action action = {
	.type = DEVLINK_DPIPE_ACTION_TYPE_FIELD_MODIFY,
	.header = &devlink_dpipe_header_ethernet,
	.field_id = DEVLINK_DPIPE_FIELD_ETHERNET_DST_MAC,
};

static int actions_dump(void *priv, struct sk_buff *skb)
{
	return devlink_dpipe_action_put(skb, &action);
}

static int matches_dump(void *priv, struct sk_buff *skb)
{
	return devlink_dpipe_match_put(skb, &match);
}

static int entries_dump(void *priv, bool counters, struct devlink_dpipe_dump_ctx *context)
{
	u8 destination[] = { 192, 0, 2, 1 }, address[] = { 2, 0, 0, 0, 0, 9 };
	struct devlink_dpipe_value matched = { .match = &match, .value_size = 4, .value = destination };
	struct devlink_dpipe_value done = { .action = &action, .value_size = 6, .value = address };
	struct devlink_dpipe_entry entry = {
		.match_values = &matched, .match_values_count = 1,
		.action_values = &done, .action_values_count = 1,
		.counter = 5, .counter_valid = counters,
	};
	int err;

	err = devlink_dpipe_entry_ctx_prepare(context) ?: devlink_dpipe_entry_ctx_append(context, &entry);
	return err ?: devlink_dpipe_entry_ctx_close(context);
}

static int counters_set(void *priv, bool enable)
{
	kept.counters = enable;
	return 0;
}

static u64 size_get(void *priv)
{
	return 1;
}

static const struct devlink_dpipe_table_ops table_ops = {
	.actions_dump = actions_dump,
	.matches_dump = matches_dump,
	.entries_dump = entries_dump,
	.counters_set_update = counters_set,
	.size_get = size_get,
};

static struct devlink_dpipe_header *header_list[] = { &devlink_dpipe_header_ethernet, &devlink_dpipe_header_ipv4 };

static struct devlink_dpipe_headers headers = {
	.headers = header_list,
	.headers_count = ARRAY_SIZE(header_list),
};

static int ports_register(void)
{
	struct devlink_port_attrs attributes = {
		.flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL, .phys.port_number = 1, .splittable = true, .lanes = 4,
	};
	int err;

	devlink_port_attrs_set(&physical, &attributes);
	err = devl_port_register_with_ops(instance, &physical, 0, &physical_ops);
	if (err)
		return err;
	devlink_port_attrs_pci_vf_set(&virtual, 0, 0, 1, false);
	err = devl_port_register_with_ops(instance, &virtual, 1, &virtual_ops);
	if (err)
		devl_port_unregister(&physical);
	return err;
}

static int __init start(void)
{
	int err;

	kept.pool_size = 9600;
	kept.queues = 4;
	device = platform_device_register_simple("netlynx-devlink", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	instance = devlink_alloc(&ops, 0, &device->dev);
	if (!instance) {
		platform_device_unregister(device);
		return -ENOMEM;
	}
	devl_lock(instance);
	err = ports_register();
	if (err)
		goto unlock;
	err = devl_sb_register(instance, 0, 96000, 1, 1, 1, 1);
	if (err)
		goto ports;
	err = devl_dpipe_table_register(instance, "host4", &table_ops, NULL, false);
	if (err)
		goto buffer;
	devl_dpipe_headers_register(instance, &headers);
	card = devl_linecard_create(instance, 1, &card_ops, NULL);
	if (IS_ERR(card)) {
		err = PTR_ERR(card);
		goto table;
	}
	devl_register(instance);
	devl_unlock(instance);
	return 0;

table:
	devl_dpipe_headers_unregister(instance);
	devl_dpipe_table_unregister(instance, "host4");
buffer:
	devl_sb_unregister(instance, 0);
ports:
	devl_port_unregister(&virtual);
	devl_port_unregister(&physical);
unlock:
	devl_unlock(instance);
	devlink_free(instance);
	platform_device_unregister(device);
	return err;
}

static void __exit stop(void)
{
	devl_lock(instance);
	devl_unregister(instance);
	devl_linecard_destroy(card);
	devl_dpipe_headers_unregister(instance);
	devl_dpipe_table_unregister(instance, "host4");
	devl_sb_unregister(instance, 0);
	devl_port_unregister(&virtual);
	devl_port_unregister(&physical);
	devl_unlock(instance);
	devlink_free(instance);
	platform_device_unregister(device);
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A devlink device for tests");
