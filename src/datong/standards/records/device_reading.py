"""A reading of a wearable or another device."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "device_reading",
    "设备数据",
    edition="1",
    own="*device t, *item c, value v, unit c, statistic c, window_seconds w, app t",
)
