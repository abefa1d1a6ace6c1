"""Writes zones.jsonl: what Python's zoneinfo says about every IANA zone and ten years of clock changes.

    python3 test/rules/oracle/zones.py > test/rules/oracle/zones.jsonl

Compact: zones with the same clocks share a line, and Python's answers around a change share a pattern.
 - first line: { tzdata, first, last, patterns }. A pattern is [[k, answer], ...]: the local time k x 15 minutes from the
   change as the old clock shows it, and the instant that Python (fold=0) gives it, in minutes from the change
 - other lines: { zones, offset, changes: [[at, offset, pattern], ...] }, offsets in seconds east of UTC, `at` in epoch seconds
"""
import datetime as dt
import json
import subprocess
import zoneinfo

UTC = dt.timezone.utc
FIRST = dt.datetime(2025, 1, 1, tzinfo=UTC)
LAST = dt.datetime(2035, 1, 1, tzinfo=UTC)
NOT_ZONES = {"Factory", "localtime", "posixrules"}


def offset(zone, at):
    return int(at.astimezone(zone).utcoffset().total_seconds())


def changes(zone):
    at, found = FIRST, []
    while at < LAST:
        step = at + dt.timedelta(hours=12)
        if offset(zone, at) != offset(zone, step):
            low, high = at, step
            while high - low > dt.timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if offset(zone, middle) == offset(zone, low):
                    low = middle
                else:
                    high = middle
            found.append(high)
        at = step
    return found


def answers(zone, at):
    before = at - dt.timedelta(seconds=1)
    wall = at.replace(tzinfo=None) + before.astimezone(zone).utcoffset()
    out = []
    for k in range(-12, 13):
        local = (wall + dt.timedelta(minutes=15 * k)).replace(tzinfo=zone, fold=0)
        minutes = (local.astimezone(UTC) - at).total_seconds() / 60
        assert minutes == int(minutes)
        out.append([k, int(minutes)])
    return out


groups, patterns = {}, []
for name in sorted(zoneinfo.available_timezones() - NOT_ZONES):
    zone = zoneinfo.ZoneInfo(name)
    rows = []
    for at in changes(zone):
        pattern = answers(zone, at)
        if pattern not in patterns:
            patterns.append(pattern)
        rows.append([int(at.timestamp()), offset(zone, at), patterns.index(pattern)])
    clocks = json.dumps([offset(zone, FIRST), rows])
    groups.setdefault(clocks, []).append(name)

version = subprocess.run(["dpkg-query", "-W", "-f=${Version}", "tzdata"], capture_output=True, text=True).stdout
head = {
    "tzdata": version.split("-")[0],
    "first": int(FIRST.timestamp()),
    "last": int(LAST.timestamp()),
    "patterns": patterns,
}
print(json.dumps(head, separators=(",", ":")))
for clocks, names in groups.items():
    first, rows = json.loads(clocks)
    print(json.dumps({"zones": names, "offset": first, "changes": rows}, separators=(",", ":")))
