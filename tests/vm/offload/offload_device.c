// SPDX-License-Identifier: GPL-2.0
/* A network device for the tests of hardware offload, which no driver of a virtual machine has: off0 takes on filters of
 * what arrives, chains of nftables and flowtables, but filters of the priority 666, and says of each filter that it
 * met 3 packets of 300 bytes. It does nothing else with them. Frames that are sent are dropped.
 */

#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/flow_offload.h>
#include <net/pkt_cls.h>

#define REFUSED 666

static LIST_HEAD(blocks);
static LIST_HEAD(flowtables);
static struct net_device *device;

static int of_flower(struct flow_cls_offload *flower)
{
	if (flower->common.prio == REFUSED) {
		NL_SET_ERR_MSG_MOD(flower->common.extack, "not filters of this priority");
		return -EOPNOTSUPP;
	}
	if (flower->command == FLOW_CLS_STATS)
		flow_stats_update(&flower->stats, 300, 3, 0, jiffies, FLOW_ACTION_HW_STATS_IMMEDIATE);
	return 0;
}

static int asked(enum tc_setup_type type, void *data, void *priv)
{
	switch (type) {
	case TC_SETUP_CLSFLOWER:
		return of_flower(data);
	case TC_SETUP_CLSU32:
	case TC_SETUP_CLSMATCHALL:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int setup_tc(struct net_device *dev, enum tc_setup_type type, void *data)
{
	switch (type) {
	case TC_SETUP_BLOCK:
		return flow_block_cb_setup_simple(data, &blocks, asked, dev, dev, true);
	case TC_SETUP_FT:
		return flow_block_cb_setup_simple(data, &flowtables, asked, dev, dev, true);
	default:
		return -EOPNOTSUPP;
	}
}

static netdev_tx_t start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops netdev_ops = {
	.ndo_start_xmit = start_xmit,
	.ndo_setup_tc = setup_tc,
};

static int __init offload_device_init(void)
{
	int err;

	device = alloc_etherdev(0);
	if (!device)
		return -ENOMEM;
	strscpy(device->name, "off0", IFNAMSIZ);
	device->netdev_ops = &netdev_ops;
	device->features |= NETIF_F_HW_TC;
	device->hw_features |= NETIF_F_HW_TC;
	eth_hw_addr_random(device);
	err = register_netdev(device);
	if (err)
		free_netdev(device);
	return err;
}

static void __exit offload_device_exit(void)
{
	unregister_netdev(device);
	free_netdev(device);
}

module_init(offload_device_init);
module_exit(offload_device_exit);
MODULE_DESCRIPTION("A network device with hardware offload, for tests");
MODULE_LICENSE("GPL");
