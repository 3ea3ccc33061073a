// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the family of the tests does: more stations than fit into one message, and news of them. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include "weather_netlink.h"

#define STATIONS 1000

struct station {
	char name[16];
	int temperature;
	u8 sky;
};

/* Handlers run one at a time; the timer only counts. */
static struct station stations[STATIONS];

static struct station *find(const char *name)
{
	int i;

	for (i = 0; i < STATIONS; i++)
		if (!strcmp(stations[i].name, name))
			return &stations[i];
	return NULL;
}

static struct weather_report report(const struct station *station)
{
	struct weather_report report = {};

	report.has.station = true;
	report.station = station->name;
	report.has.temperature = true;
	report.temperature = station->temperature;
	report.has.sky = true;
	report.sky = station->sky;
	return report;
}

int weather_do_get(const struct weather_station *request, struct sk_buff *reply,
		struct genl_info *info)
{
	struct weather_reading reading = { .has = { .at = true, .value = true } };
	struct station *station = find(request->station);
	struct weather_report found;
	struct nlattr *readings, *nest;
	int i;

	if (!station) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[WEATHER_A_STATION],
				    "there is no such station");
		return -ENOENT;
	}
	found = report(station);
	found.has.alert = station->temperature > 400;
	found.has.place = true;
	found.place.latitude = 520000000;
	found.place.longitude = -130000000;
	found.place.height = -3;
	if (weather_report_put(reply, &found))
		return -EMSGSIZE;
	readings = nla_nest_start(reply, WEATHER_A_READINGS);
	for (i = 1; readings && i <= 2; i++) {
		nest = nla_nest_start(reply, i);
		reading.at = 1700000000ULL * i;
		reading.value = station->temperature - i;
		if (!nest || weather_reading_put(reply, &reading))
			return -EMSGSIZE;
		nla_nest_end(reply, nest);
	}
	if (!readings)
		return -EMSGSIZE;
	nla_nest_end(reply, readings);
	return 0;
}

int weather_dump_all(const struct weather_report *request, unsigned long at,
		struct sk_buff *row, struct netlink_callback *cb)
{
	struct weather_report found;

	if (at >= STATIONS)
		return WEATHER_ROW_END;
	if (request->has.temperature && request->temperature != stations[at].temperature)
		return WEATHER_ROW_SKIP;
	found = report(&stations[at]);
	return weather_report_put(row, &found) ?: WEATHER_ROW_PUT;
}

int weather_do_set(const struct weather_report *request, struct genl_info *info)
{
	struct station *station = find(request->station);
	struct weather_report changed;

	if (!station) {
		GENL_SET_ERR_MSG(info, "there is no such station");
		return -ENOENT;
	}
	if (request->has.temperature)
		station->temperature = request->temperature;
	if (request->has.sky)
		station->sky = request->sky;
	changed = report(station);
	return weather_notify_changed(genl_info_net(info), &changed, GFP_KERNEL);
}

int weather_do_echo(const struct weather_everything *request, struct sk_buff *reply,
		struct genl_info *info)
{
	struct weather_reading reading;
	int err;

	if (request->has.reading) {
		err = weather_reading_parse_nested(&reading, request->reading, info->extack);
		if (err)
			return err;
		pr_info("a reading of %d\n", reading.value);
	}
	return weather_everything_put(reply, request);
}

int weather_do_forget(struct genl_info *info)
{
	pr_info("all is forgotten\n");
	return 0;
}

static unsigned int interval = 1000;
module_param(interval, uint, 0444);
MODULE_PARM_DESC(interval, "milliseconds from one notification to the next (0: none)");

static void weather_tell(struct work_struct *work);
static DECLARE_DELAYED_WORK(weather_timer, weather_tell);

static void weather_tell(struct work_struct *work)
{
	static int count;
	struct weather_report record = { .has = { .station = true, .temperature = true } };

	record.station = "timer";
	record.temperature = ++count;
	weather_notify_changed(&init_net, &record, GFP_KERNEL);
	schedule_delayed_work(&weather_timer, msecs_to_jiffies(interval));
}

static int __init weather_init(void)
{
	int i, err;

	for (i = 0; i < STATIONS; i++) {
		snprintf(stations[i].name, sizeof(stations[i].name), "s%d", i);
		stations[i].temperature = i % 500;
		stations[i].sky = i % 3;
	}
	err = genl_register_family(&weather_family);
	if (!err && interval)
		schedule_delayed_work(&weather_timer, msecs_to_jiffies(interval));
	return err;
}

static void __exit weather_exit(void)
{
	cancel_delayed_work_sync(&weather_timer);
	genl_unregister_family(&weather_family);
}

module_init(weather_init);
module_exit(weather_exit);

MODULE_ALIAS_GENL_FAMILY(WEATHER_FAMILY_NAME);
MODULE_DESCRIPTION("generic netlink family weather");
MODULE_LICENSE("Dual MIT/GPL");
