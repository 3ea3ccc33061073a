// SPDX-License-Identifier: GPL-2.0
/* Two network devices for the tests of Data Center Bridging, which no driver of a virtual machine has: what is set is
 * kept and told again. dcb0 has all operations; dcb1 tells its ETS, and has no more. Frames that are sent are dropped.
 */

#include <linux/dcbnl.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/dcbnl.h>

#define HAS_TRUST (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0))

struct group {
	u8 prio, pgid, bw, up;
};

struct dcb_priv {
	struct ieee_ets ets;
	struct ieee_maxrate maxrate;
	struct ieee_qcn qcn;
	struct ieee_pfc pfc;
	struct dcbnl_buffer buffer;
	u8 selectors[256];
	int nselectors;
	u8 state, pfc_state, dcbx;
	struct group groups[2][8];
	u8 bandwidth[2][8];
	u8 pfc_cfg[8];
	u8 numtcs[DCB_NUMTCS_ATTR_MAX + 1];
	u32 bcn[DCB_BCN_ATTR_MAX + 1];
	u8 bcn_rp[8];
	u8 features[DCB_FEATCFG_ATTR_MAX + 1];
};

static int getets(struct net_device *dev, struct ieee_ets *ets)
{
	*ets = ((struct dcb_priv *)netdev_priv(dev))->ets;
	return 0;
}

static int setets(struct net_device *dev, struct ieee_ets *ets)
{
	struct dcb_priv *priv = netdev_priv(dev);
	int i, sum = 0, shared = 0;

	for (i = 0; i < IEEE_8021QAZ_MAX_TCS; i++) {
		if (ets->tc_tsa[i] != IEEE_8021QAZ_TSA_ETS)
			continue;
		shared = 1;
		sum += ets->tc_tx_bw[i];
	}
	if (shared && sum != 100)
		return -EINVAL;
	ets->ets_cap = priv->ets.ets_cap;
	ets->cbs = priv->ets.cbs;
	priv->ets = *ets;
	return 0;
}

static int getmaxrate(struct net_device *dev, struct ieee_maxrate *maxrate)
{
	*maxrate = ((struct dcb_priv *)netdev_priv(dev))->maxrate;
	return 0;
}

static int setmaxrate(struct net_device *dev, struct ieee_maxrate *maxrate)
{
	((struct dcb_priv *)netdev_priv(dev))->maxrate = *maxrate;
	return 0;
}

static int getqcn(struct net_device *dev, struct ieee_qcn *qcn)
{
	*qcn = ((struct dcb_priv *)netdev_priv(dev))->qcn;
	return 0;
}

static int setqcn(struct net_device *dev, struct ieee_qcn *qcn)
{
	((struct dcb_priv *)netdev_priv(dev))->qcn = *qcn;
	return 0;
}

static int getqcnstats(struct net_device *dev, struct ieee_qcn_stats *stats)
{
	int i;

	for (i = 0; i < IEEE_8021QAZ_MAX_TCS; i++) {
		stats->rppp_rp_centiseconds[i] = 1000 + i;
		stats->rppp_created_rps[i] = 2000 + i;
	}
	return 0;
}

static int getpfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	*pfc = ((struct dcb_priv *)netdev_priv(dev))->pfc;
	return 0;
}

static int setpfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	struct dcb_priv *priv = netdev_priv(dev);

	priv->pfc.pfc_en = pfc->pfc_en;
	priv->pfc.mbc = pfc->mbc;
	priv->pfc.delay = pfc->delay;
	return 0;
}

static int peer_getets(struct net_device *dev, struct ieee_ets *ets)
{
	ets->willing = 1;
	ets->ets_cap = 3;
	ets->tc_tx_bw[1] = 100;
	ets->tc_tsa[1] = IEEE_8021QAZ_TSA_ETS;
	ets->prio_tc[7] = 1;
	return 0;
}

static int peer_getpfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	pfc->pfc_cap = 4;
	pfc->pfc_en = 0x0a;
	pfc->delay = 99;
	return 0;
}

static u8 getstate(struct net_device *dev)
{
	return ((struct dcb_priv *)netdev_priv(dev))->state;
}

static u8 setstate(struct net_device *dev, u8 state)
{
	if (state > 1)
		return 1;
	((struct dcb_priv *)netdev_priv(dev))->state = state;
	return 0;
}

static void getpermhwaddr(struct net_device *dev, u8 *address)
{
	memset(address, 0xff, MAX_ADDR_LEN);
	ether_addr_copy(address, dev->perm_addr);
}

static void set_group(struct net_device *dev, int rx, int tc, u8 prio, u8 pgid, u8 bw, u8 up)
{
	struct group *group = &((struct dcb_priv *)netdev_priv(dev))->groups[rx][tc];

	if (prio != DCB_ATTR_VALUE_UNDEFINED)
		group->prio = prio;
	if (pgid != DCB_ATTR_VALUE_UNDEFINED)
		group->pgid = pgid;
	if (bw != DCB_ATTR_VALUE_UNDEFINED)
		group->bw = bw;
	if (up != DCB_ATTR_VALUE_UNDEFINED)
		group->up = up;
}

static void get_group(struct net_device *dev, int rx, int tc, u8 *prio, u8 *pgid, u8 *bw, u8 *up)
{
	struct group *group = &((struct dcb_priv *)netdev_priv(dev))->groups[rx][tc];

	*prio = group->prio;
	*pgid = group->pgid;
	*bw = group->bw;
	*up = group->up;
}

static void setpgtccfgtx(struct net_device *dev, int tc, u8 prio, u8 pgid, u8 bw, u8 up)
{
	set_group(dev, 0, tc, prio, pgid, bw, up);
}

static void setpgtccfgrx(struct net_device *dev, int tc, u8 prio, u8 pgid, u8 bw, u8 up)
{
	set_group(dev, 1, tc, prio, pgid, bw, up);
}

static void getpgtccfgtx(struct net_device *dev, int tc, u8 *prio, u8 *pgid, u8 *bw, u8 *up)
{
	get_group(dev, 0, tc, prio, pgid, bw, up);
}

static void getpgtccfgrx(struct net_device *dev, int tc, u8 *prio, u8 *pgid, u8 *bw, u8 *up)
{
	get_group(dev, 1, tc, prio, pgid, bw, up);
}

static void setpgbwgcfgtx(struct net_device *dev, int id, u8 bw)
{
	((struct dcb_priv *)netdev_priv(dev))->bandwidth[0][id] = bw;
}

static void setpgbwgcfgrx(struct net_device *dev, int id, u8 bw)
{
	((struct dcb_priv *)netdev_priv(dev))->bandwidth[1][id] = bw;
}

static void getpgbwgcfgtx(struct net_device *dev, int id, u8 *bw)
{
	*bw = ((struct dcb_priv *)netdev_priv(dev))->bandwidth[0][id];
}

static void getpgbwgcfgrx(struct net_device *dev, int id, u8 *bw)
{
	*bw = ((struct dcb_priv *)netdev_priv(dev))->bandwidth[1][id];
}

static void setpfccfg(struct net_device *dev, int prio, u8 value)
{
	((struct dcb_priv *)netdev_priv(dev))->pfc_cfg[prio] = value;
}

static void getpfccfg(struct net_device *dev, int prio, u8 *value)
{
	*value = ((struct dcb_priv *)netdev_priv(dev))->pfc_cfg[prio];
}

static u8 setall(struct net_device *dev)
{
	return 0;
}

static u8 getcap(struct net_device *dev, int what, u8 *value)
{
	*value = what == DCB_CAP_ATTR_DCBX ? 0x0d : what == DCB_CAP_ATTR_PG_TCS ? 0x80 : 1;
	return what == DCB_CAP_ATTR_GSP;
}

static int getnumtcs(struct net_device *dev, int what, u8 *value)
{
	*value = ((struct dcb_priv *)netdev_priv(dev))->numtcs[what];
	return 0;
}

static int setnumtcs(struct net_device *dev, int what, u8 value)
{
	if (value > 8)
		return -EINVAL;
	((struct dcb_priv *)netdev_priv(dev))->numtcs[what] = value;
	return 0;
}

static u8 getpfcstate(struct net_device *dev)
{
	return ((struct dcb_priv *)netdev_priv(dev))->pfc_state;
}

static void setpfcstate(struct net_device *dev, u8 state)
{
	((struct dcb_priv *)netdev_priv(dev))->pfc_state = state;
}

static void getbcncfg(struct net_device *dev, int what, u32 *value)
{
	*value = ((struct dcb_priv *)netdev_priv(dev))->bcn[what];
}

static void setbcncfg(struct net_device *dev, int what, u32 value)
{
	((struct dcb_priv *)netdev_priv(dev))->bcn[what] = value;
}

static void getbcnrp(struct net_device *dev, int prio, u8 *value)
{
	*value = ((struct dcb_priv *)netdev_priv(dev))->bcn_rp[prio];
}

static void setbcnrp(struct net_device *dev, int prio, u8 value)
{
	((struct dcb_priv *)netdev_priv(dev))->bcn_rp[prio] = value;
}

static u8 getfeatcfg(struct net_device *dev, int what, u8 *value)
{
	*value = ((struct dcb_priv *)netdev_priv(dev))->features[what];
	return 0;
}

static u8 setfeatcfg(struct net_device *dev, int what, u8 value)
{
	if (value & ~0x0f)
		return 1;
	((struct dcb_priv *)netdev_priv(dev))->features[what] = value;
	return 0;
}

static u8 getdcbx(struct net_device *dev)
{
	return ((struct dcb_priv *)netdev_priv(dev))->dcbx;
}

static u8 setdcbx(struct net_device *dev, u8 mode)
{
	if (mode & DCB_CAP_DCBX_LLD_MANAGED)
		return 1;
	((struct dcb_priv *)netdev_priv(dev))->dcbx = mode;
	return 0;
}

static int peer_getappinfo(struct net_device *dev, struct dcb_peer_app_info *info, u16 *count)
{
	info->willing = 1;
	info->error = 0;
	*count = 2;
	return 0;
}

static int peer_getapptable(struct net_device *dev, struct dcb_app *table)
{
	table[0] = (struct dcb_app){ .selector = 1, .priority = 3, .protocol = 0x8906 };
	table[1] = (struct dcb_app){ .selector = 4, .priority = 5, .protocol = 3260 };
	return 0;
}

static int cee_peer_getpg(struct net_device *dev, struct cee_pg *pg)
{
	pg->willing = 1;
	pg->pg_en = 1;
	pg->tcs_supported = 8;
	pg->pg_bw[0] = 100;
	pg->prio_pg[7] = 15;
	return 0;
}

static int cee_peer_getpfc(struct net_device *dev, struct cee_pfc *pfc)
{
	pfc->error = 1;
	pfc->pfc_en = 0x80;
	pfc->tcs_supported = 4;
	return 0;
}

static int getbuffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	*buffer = ((struct dcb_priv *)netdev_priv(dev))->buffer;
	return 0;
}

static int setbuffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	struct dcb_priv *priv = netdev_priv(dev);
	u32 total = priv->buffer.total_size;

	priv->buffer = *buffer;
	priv->buffer.total_size = total;
	return 0;
}

#if HAS_TRUST
static int setapptrust(struct net_device *dev, u8 *selectors, int count)
{
	struct dcb_priv *priv = netdev_priv(dev);

	memcpy(priv->selectors, selectors, count);
	priv->nselectors = count;
	return 0;
}

static int getapptrust(struct net_device *dev, u8 *selectors, int *count)
{
	struct dcb_priv *priv = netdev_priv(dev);

	memcpy(selectors, priv->selectors, priv->nselectors);
	*count = priv->nselectors;
	return 0;
}
#endif

static const struct dcbnl_rtnl_ops all_ops = {
	.ieee_getets = getets,
	.ieee_setets = setets,
	.ieee_getmaxrate = getmaxrate,
	.ieee_setmaxrate = setmaxrate,
	.ieee_getqcn = getqcn,
	.ieee_setqcn = setqcn,
	.ieee_getqcnstats = getqcnstats,
	.ieee_getpfc = getpfc,
	.ieee_setpfc = setpfc,
	.ieee_peer_getets = peer_getets,
	.ieee_peer_getpfc = peer_getpfc,
	.getstate = getstate,
	.setstate = setstate,
	.getpermhwaddr = getpermhwaddr,
	.setpgtccfgtx = setpgtccfgtx,
	.setpgbwgcfgtx = setpgbwgcfgtx,
	.setpgtccfgrx = setpgtccfgrx,
	.setpgbwgcfgrx = setpgbwgcfgrx,
	.getpgtccfgtx = getpgtccfgtx,
	.getpgbwgcfgtx = getpgbwgcfgtx,
	.getpgtccfgrx = getpgtccfgrx,
	.getpgbwgcfgrx = getpgbwgcfgrx,
	.setpfccfg = setpfccfg,
	.getpfccfg = getpfccfg,
	.setall = setall,
	.getcap = getcap,
	.getnumtcs = getnumtcs,
	.setnumtcs = setnumtcs,
	.getpfcstate = getpfcstate,
	.setpfcstate = setpfcstate,
	.getbcncfg = getbcncfg,
	.setbcncfg = setbcncfg,
	.getbcnrp = getbcnrp,
	.setbcnrp = setbcnrp,
	.getfeatcfg = getfeatcfg,
	.setfeatcfg = setfeatcfg,
	.getdcbx = getdcbx,
	.setdcbx = setdcbx,
	.peer_getappinfo = peer_getappinfo,
	.peer_getapptable = peer_getapptable,
	.cee_peer_getpg = cee_peer_getpg,
	.cee_peer_getpfc = cee_peer_getpfc,
	.dcbnl_getbuffer = getbuffer,
	.dcbnl_setbuffer = setbuffer,
#if HAS_TRUST
	.dcbnl_setapptrust = setapptrust,
	.dcbnl_getapptrust = getapptrust,
#endif
};

static const struct dcbnl_rtnl_ops few_ops = {
	.ieee_getets = getets,
};

static netdev_tx_t drop(struct sk_buff *skb, struct net_device *dev)
{
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops netdev_ops = {
	.ndo_start_xmit = drop,
};

static struct net_device *devices[2];

static int make(int number, const struct dcbnl_rtnl_ops *ops)
{
	struct net_device *dev = alloc_etherdev(sizeof(struct dcb_priv));
	struct dcb_priv *priv;
	int err;

	if (!dev)
		return -ENOMEM;
	snprintf(dev->name, IFNAMSIZ, "dcb%d", number);
	dev->netdev_ops = &netdev_ops;
	dev->dcbnl_ops = ops;
	eth_hw_addr_random(dev);
	ether_addr_copy(dev->perm_addr, dev->dev_addr);
	priv = netdev_priv(dev);
	priv->ets.ets_cap = 8;
	priv->pfc.pfc_cap = 8;
	priv->pfc.requests[3] = 33;
	priv->pfc.indications[4] = 44;
	priv->buffer.total_size = 1 << 20;
	priv->dcbx = DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE;
	priv->numtcs[DCB_NUMTCS_ATTR_PG] = 8;
	priv->numtcs[DCB_NUMTCS_ATTR_PFC] = 8;
	err = register_netdev(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	devices[number] = dev;
	return 0;
}

static void unmake(int number)
{
	unregister_netdev(devices[number]);
	free_netdev(devices[number]);
}

static int __init dcb_devices_init(void)
{
	int err = make(0, &all_ops);

	if (err)
		return err;
	err = make(1, &few_ops);
	if (err)
		unmake(0);
	return err;
}

static void __exit dcb_devices_exit(void)
{
	unmake(1);
	unmake(0);
}

module_init(dcb_devices_init);
module_exit(dcb_devices_exit);
MODULE_DESCRIPTION("Network devices with Data Center Bridging, for tests");
MODULE_LICENSE("GPL");
